//! Public suffixes of more than one label, under which anybody can have a name.
//!
//! The whole list (publicsuffix.org) has ten thousand and changes every week. These are the ones that people meet most; of
//! what is not here, the last label alone is taken for the public suffix.

/// The known ones, sorted.
#[rustfmt::skip]
const KNOWN: &[&str] = &[
    "ac.ae", "ac.at", "ac.bd", "ac.cn", "ac.id", "ac.il", "ac.in", "ac.jp", "ac.ke", "ac.kr", "ac.nz", "ac.th",
    "ac.uk", "ac.vn", "ac.za", "ad.jp", "adm.br", "adv.br", "appspot.com", "art.br", "art.do", "asn.au", "asso.fr",
    "av.tr", "azureedge.net", "azurewebsites.net", "bel.tr", "biz.tr", "blog.br", "blogspot.com", "cloudapp.net",
    "cloudfront.net", "club.tw", "co.ae", "co.at", "co.com", "co.hu", "co.id", "co.il", "co.in", "co.jp", "co.ke",
    "co.kr", "co.nz", "co.th", "co.uk", "co.ve", "co.za", "com.ar", "com.au", "com.bd", "com.br", "com.cn", "com.co",
    "com.do", "com.ec", "com.eg", "com.es", "com.fr", "com.gh", "com.gr", "com.hk", "com.mx", "com.my", "com.ng",
    "com.pe", "com.ph", "com.pk", "com.pl", "com.pt", "com.py", "com.sa", "com.sg", "com.tr", "com.tw", "com.ua",
    "com.uy", "com.ve", "com.vn", "coop.py", "cri.nz", "de.com", "deno.dev", "desa.id", "dr.tr", "duckdns.org",
    "dyndns.org", "ebiz.tw", "eco.br", "ed.jp", "edu.ar", "edu.au", "edu.bd", "edu.br", "edu.cn", "edu.co", "edu.do",
    "edu.ec", "edu.eg", "edu.es", "edu.gh", "edu.gr", "edu.hk", "edu.in", "edu.it", "edu.mx", "edu.my", "edu.ng",
    "edu.pe", "edu.ph", "edu.pk", "edu.pl", "edu.pt", "edu.py", "edu.sa", "edu.sg", "edu.tr", "edu.tw", "edu.ua",
    "edu.uy", "edu.ve", "edu.vn", "edu.za", "elasticbeanstalk.com", "eng.br", "eu.com", "eun.eg", "fam.pk", "fin.ec",
    "firebaseapp.com", "firm.in", "fly.dev", "game.tw", "gb.net", "geek.nz", "gen.in", "gen.nz", "gen.tr", "github.io",
    "githubusercontent.com", "gitlab.io", "glitch.me", "go.id", "go.jp", "go.ke", "go.kr", "go.th", "gob.ar", "gob.do",
    "gob.ec", "gob.es", "gob.mx", "gob.pe", "gob.pk", "gob.ve", "gouv.fr", "gov.ae", "gov.ar", "gov.au", "gov.bd",
    "gov.br", "gov.cn", "gov.co", "gov.do", "gov.ec", "gov.eg", "gov.gh", "gov.gr", "gov.hk", "gov.il", "gov.in",
    "gov.it", "gov.my", "gov.ng", "gov.ph", "gov.pk", "gov.pl", "gov.pt", "gov.py", "gov.sa", "gov.sg", "gov.tr",
    "gov.tw", "gov.ua", "gov.uk", "gov.vn", "gov.za", "govt.nz", "gr.jp", "gub.uy", "gv.at", "health.nz", "health.vn",
    "herokuapp.com", "hf.space", "hs.kr", "id.au", "idf.il", "idv.hk", "idv.tw", "in.th", "in.ua", "ind.br", "ind.in",
    "info.ec", "info.ke", "info.pl", "info.tr", "info.ve", "info.vn", "int.ar", "int.pt", "int.vn", "iwi.nz", "jus.br",
    "k12.il", "k12.tr", "kg.kr", "kiev.ua", "kiwi.nz", "kyiv.ua", "law.za", "leg.br", "lg.jp", "ltd.uk", "lviv.ua",
    "maori.nz", "me.ke", "me.uk", "med.ec", "med.sa", "mi.th", "mil.ae", "mil.ar", "mil.bd", "mil.br", "mil.cn",
    "mil.co", "mil.do", "mil.ec", "mil.eg", "mil.gh", "mil.id", "mil.in", "mil.kr", "mil.my", "mil.ng", "mil.nz",
    "mil.pe", "mil.ph", "mil.pl", "mil.py", "mil.tr", "mil.tw", "mil.uy", "mil.ve", "mil.za", "mobi.ke", "mobi.ng",
    "ms.kr", "muni.il", "mus.br", "my.id", "myshopify.com", "name.eg", "name.my", "name.ng", "name.tr", "name.vn",
    "ne.jp", "ne.ke", "ne.kr", "net.ae", "net.ar", "net.au", "net.bd", "net.br", "net.cn", "net.co", "net.do",
    "net.ec", "net.eg", "net.gr", "net.hk", "net.id", "net.il", "net.in", "net.mx", "net.my", "net.ng", "net.nz",
    "net.pe", "net.ph", "net.pk", "net.pl", "net.pt", "net.py", "net.sa", "net.sg", "net.th", "net.tr", "net.tw",
    "net.ua", "net.uk", "net.uy", "net.ve", "net.vn", "net.za", "netlify.app", "ngo.ph", "ngrok-free.app", "ngrok.app",
    "ngrok.io", "nhs.uk", "nic.in", "no-ip.org", "nom.es", "nom.fr", "nom.pe", "nom.za", "nome.pt", "notion.site",
    "odessa.ua", "onrender.com", "or.at", "or.id", "or.jp", "or.ke", "or.kr", "or.th", "org.ae", "org.ar", "org.au",
    "org.bd", "org.br", "org.cn", "org.co", "org.do", "org.ec", "org.eg", "org.es", "org.gh", "org.gr", "org.hk",
    "org.il", "org.in", "org.mx", "org.my", "org.ng", "org.nz", "org.pe", "org.ph", "org.pk", "org.pl", "org.pt",
    "org.py", "org.sa", "org.sg", "org.tr", "org.tw", "org.ua", "org.uk", "org.uy", "org.ve", "org.vn", "org.za",
    "pages.dev", "parliament.nz", "pe.kr", "plc.uk", "police.uk", "prd.fr", "pro.ec", "pro.vn", "pub.sa", "publ.pt",
    "railway.app", "re.kr", "readthedocs.io", "res.in", "run.app", "s3.amazonaws.com", "sc.ke", "sc.kr", "sch.ae",
    "sch.id", "sch.ng", "sch.sa", "sch.uk", "school.nz", "school.za", "sci.eg", "sld.do", "surge.sh", "tel.tr",
    "tm.fr", "translate.goog", "trycloudflare.com", "tv.br", "tv.tr", "uk.com", "uk.net", "us.com", "vercel.app",
    "vercel.dev", "waw.pl", "web.app", "web.do", "web.id", "web.pk", "web.tr", "web.ve", "web.za", "webflow.io",
    "wixsite.com", "workers.dev", "wpengine.com",
];

/// How many octets of a name, which has no dot at its end, are its public suffix.
pub(super) fn suffix_len(name: &str) -> usize {
    let dots: Vec<usize> = name.match_indices('.').map(|(at, _)| at).collect();
    let starts = std::iter::once(0).chain(dots.iter().map(|at| at + 1));
    let known = starts.map(|start| &name[start..]).find(|rest| KNOWN.binary_search(rest).is_ok());
    known.map_or_else(|| dots.last().map_or(name.len(), |at| name.len() - at - 1), str::len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted() {
        assert!(KNOWN.is_sorted());
        assert!(KNOWN.iter().all(|name| name.contains('.') && !name.starts_with('.') && name.is_ascii()));
    }

    #[test]
    fn a_suffix_is_the_longest_that_is_known() {
        for (name, expected) in [
            ("localhost", "localhost"),
            ("x.localhost", "localhost"),
            ("example.com", "com"),
            ("a.b.example.com", "com"),
            ("example.co.uk", "co.uk"),
            ("a.example.co.uk", "co.uk"),
            ("co.uk", "co.uk"),
            ("uk", "uk"),
            ("notco.uk", "uk"),
            ("me.github.io", "github.io"),
            ("", ""),
        ] {
            assert_eq!(&name[name.len() - suffix_len(name)..], expected, "{name}");
        }
    }
}
