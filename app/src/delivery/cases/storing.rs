//! What a browser takes: prefixes, domains, paths, sizes, lifetimes, odd writing, and where a response comes from.

use lockstep_server::How;

use super::{Cookie, Plan, Visit, host, other_port};

pub(super) fn add(plan: &mut Plan) {
    simple(plan, "prefix.localhost", &PREFIXES);
    simple(plan, "life.localhost", &LIFETIMES);
    simple(plan, "syntax.localhost", &SYNTAX);
    sizes(plan);
    domains(plan);
    paths(plan);
    setters(plan);
    scripts(plan);
    partitions(plan);
    again(plan);
}

const PREFIXES: [(&str, &str); 18] = [
    ("__Host- as it should be", "__Host-a*=1; Secure; Path=/"),
    ("__Host- without Secure", "__Host-b*=1; Path=/"),
    ("__Host- without a Path", "__Host-c*=1; Secure"),
    ("__Host- with another Path", "__Host-d*=1; Secure; Path={path}"),
    ("__Host- with a Domain", "__Host-e*=1; Secure; Path=/; Domain=prefix.localhost"),
    ("__Host- with an empty Domain", "__Host-f*=1; Secure; Path=/; Domain="),
    ("__host- in small letters without Secure", "__host-g*=1; Path=/"),
    ("__Secure- as it should be", "__Secure-h*=1; Secure"),
    ("__Secure- without Secure", "__Secure-i*=1"),
    ("__SECURE- in capitals without Secure", "__SECURE-j*=1"),
    ("__Secure- with a Domain", "__Secure-k*=1; Secure; Domain=prefix.localhost"),
    ("a value that looks like __Host-, without a name", "=__Host-l*=1; Secure; Path=/"),
    ("a value that looks like __Secure-, without a name or an equals sign", "__Secure-m*; Secure; Path=/"),
    ("__Hosts, which is no prefix", "__Hosts-n*=1"),
    ("__Http- as it should be", "__Http-o*=1; Secure; HttpOnly"),
    ("__Http- without HttpOnly", "__Http-p*=1; Secure"),
    ("__Host-Http- as it should be", "__Host-Http-q*=1; Secure; HttpOnly; Path=/"),
    ("__Host-Http- without HttpOnly", "__Host-Http-r*=1; Secure; Path=/"),
];

const LIFETIMES: [(&str, &str); 18] = [
    ("no end", "a*=1"),
    ("Max-Age of a day", "b*=1; Max-Age=86400"),
    ("Max-Age=0", "c*=1; Max-Age=0"),
    ("Max-Age below zero", "d*=1; Max-Age=-1"),
    ("Max-Age that is no number", "e*=1; Max-Age=soon"),
    ("Max-Age with a plus sign", "f*=1; Max-Age=+0"),
    ("Max-Age with a fraction", "g*=1; Max-Age=0.5"),
    ("Max-Age that is empty", "h*=1; Max-Age="),
    ("Max-Age past every number", "i*=1; Max-Age=99999999999999999999"),
    ("Expires in the past", "j*=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT"),
    ("Expires in the future", "k*=1; Expires=Fri, 01 Jan 2100 00:00:00 GMT"),
    ("Expires in the old form, in the past", "l*=1; Expires=Sunday, 06-Nov-94 08:49:37 GMT"),
    ("Expires with two digits that mean this century", "m*=1; Expires=Sunday, 06-Nov-69 08:49:37 GMT"),
    ("Expires that is no date", "n*=1; Expires=never"),
    ("Expires on a 31st of February", "o*=1; Expires=Tue, 31 Feb 2015 00:00:00 GMT"),
    ("Max-Age outranks Expires", "p*=1; Max-Age=86400; Expires=Thu, 01 Jan 1970 00:00:00 GMT"),
    ("Expires does not outrank Max-Age", "q*=1; Max-Age=0; Expires=Fri, 01 Jan 2100 00:00:00 GMT"),
    ("the last Max-Age counts", "r*=1; Max-Age=0; Max-Age=86400"),
];

const SYNTAX: [(&str, &str); 34] = [
    ("no name, with an equals sign", "=a*"),
    ("no name and no equals sign", "b*"),
    ("no value", "c*="),
    ("several equals signs", "d*=1=2=3"),
    ("blanks around name and value", "  e* =  1 2  "),
    ("tabs around name and value", "\tf*\t=\t1\t"),
    ("quotes", "g*=\"1\""),
    ("a comma", "h*=1,2"),
    ("a value in UTF-8", "i*=äöü"),
    ("a name in UTF-8", "jä*=1"),
    ("SameSite in capitals", "k*=1; SAMESITE=STRICT"),
    ("SameSite that no browser knows", "l*=1; SameSite=Sometimes"),
    ("SameSite that is empty", "m*=1; SameSite"),
    ("the last SameSite counts", "n*=1; SameSite=Strict; SameSite=Lax"),
    ("a last SameSite that no browser knows", "o*=1; SameSite=Strict; SameSite=Sometimes"),
    ("SameSite=None without Secure", "p*=1; SameSite=None"),
    ("Secure with a value", "q*=1; Secure=no; SameSite=None"),
    ("HttpOnly", "r*=1; HttpOnly"),
    ("blanks around attributes", "s*=1;   SameSite  =  Strict  ;HttpOnly  "),
    ("an attribute that no browser knows", "t*=1; Priority=High; Colour=red"),
    ("semicolons without attributes", "u*=1;;; ;"),
    ("a Path that does not start with a slash", "v*=1; Path=elsewhere"),
    ("a Path that is empty", "w*=1; Path="),
    ("the last Path counts", "x*=1; Path=/nowhere; Path=/"),
    ("a Path that is not here", "y*=1; Path=/nowhere"),
    ("a Path in other letters", "z*=1; Path=/MEASURING"),
    ("Secure", "aa*=1; Secure"),
    ("Partitioned without Secure", "bb*=1; Partitioned"),
    ("Partitioned", "cc*=1; Secure; Partitioned; Path=/; SameSite=None"),
    ("SameSite=Strict with quotes", "dd*=1; SameSite=\"Strict\""),
    ("a Domain with quotes", "ee*=1; Domain=\"syntax.localhost\""),
    ("a tab in the value", "ff*=1\t2"),
    ("a tab in the name", "g\tg*=1"),
    ("a tab in an attribute", "hh*=1; Note=a\tb"),
];

/// Cookies of one host, of which its own page and one of another site ask for all.
fn simple(plan: &mut Plan, name: &str, lines: &[(&str, &str)]) {
    let group = plan.group("storing");
    let cookies = plan.cookies(lines);
    plan.set(group, Visit::within(host(name), How::Link), cookies);
    plan.ask(group, Visit::within(host(name), How::Image));
    plan.ask(group, Visit::within(host(name), How::Read));
    plan.ask(group, Visit::new(host("evil.localhost"), How::Link, host(name)));
    plan.ask(group, Visit::new(host("evil.localhost"), How::Image, host(name)));
}

/// At each limit, and one octet past it.
fn sizes(plan: &mut Plan) {
    let group = plan.group("storing");
    let mut cookies = Vec::new();
    for (octets, kept) in [(4096, "the most"), (4097, "one too many")] {
        for of_name in [false, true] {
            let mut cookie = plan.cookie(format!("{octets} octets of name and value, {kept}"), "s*");
            let place = if of_name { "most of them the name" } else { "most of them the value" };
            cookie.what = format!("{}, {place}", cookie.what);
            fill(&mut cookie, of_name, octets);
            cookies.push(cookie);
        }
    }
    for octets in [1024, 1025] {
        let long = |start: &str, end: &str| {
            let fill = "p".repeat(octets - start.len() - end.len());
            format!("{start}{fill}{end}")
        };
        let path = plan
            .cookie(format!("a Path of {octets} octets that is not here"), &format!("t*=1; Path={}", long("/", "")));
        let domain = long("", ".localhost");
        let domain =
            plan.cookie(format!("a Domain of {octets} octets that is not here"), &format!("u*=1; Domain={domain}"));
        let unknown =
            plan.cookie(format!("an unknown attribute of {octets} octets"), &format!("v*=1; Note={}", long("", "")));
        cookies.extend([path, domain, unknown]);
    }
    plan.set(group, Visit::within(host("size.localhost"), How::Link), cookies);
    plan.ask(group, Visit::within(host("size.localhost"), How::Image));
}

fn fill(cookie: &mut Cookie, name: bool, octets: usize) {
    let missing = octets - cookie.line.len();
    if name {
        cookie.line.extend(std::iter::repeat_n(b'n', missing - 1));
        cookie.line.extend(b"=v");
    } else {
        cookie.line.push(b'=');
        cookie.line.extend(std::iter::repeat_n(b'v', missing));
    }
}

fn domains(plan: &mut Plan) {
    let group = plan.group("storing");
    let (own, sibling) = (host("domain.localhost"), host("blog.domain.localhost"));
    let cookies = plan.cookies(&[
        ("no Domain", "a*=1"),
        ("its own Domain", "b*=1; Domain=domain.localhost"),
        ("its own Domain with a dot", "c*=1; Domain=.domain.localhost"),
        ("its own Domain in capitals", "d*=1; Domain=DOMAIN.LOCALHOST"),
        ("the Domain of a host below", "e*=1; Domain=blog.domain.localhost"),
        ("the Domain of everything", "f*=1; Domain=localhost"),
        ("the Domain of another site", "g*=1; Domain=evil.localhost"),
        ("an empty Domain", "h*=1; Domain="),
        ("a Domain that is a dot", "i*=1; Domain=."),
        ("the last Domain counts", "j*=1; Domain=evil.localhost; Domain=domain.localhost"),
        ("an empty last Domain", "k*=1; Domain=evil.localhost; Domain="),
        ("a Domain with a port", "l*=1; Domain=domain.localhost:80"),
        ("a Domain that ends with a dot", "m*=1; Domain=domain.localhost."),
        ("a part of a label as Domain", "n*=1; Domain=main.localhost"),
        ("a Domain with two dots in front", "o*=1; Domain=..domain.localhost"),
    ]);
    plan.set(group, Visit::within(own.clone(), How::Link), cookies);
    let cookies = plan.cookies(&[
        ("no Domain, from the host below", "p*=1"),
        ("the Domain of the host above", "q*=1; Domain=domain.localhost"),
        ("its own Domain, from the host below", "r*=1; Domain=blog.domain.localhost"),
        ("a Domain further below", "s*=1; Domain=a.blog.domain.localhost"),
        ("the Domain of everything, from the host below", "t*=1; Domain=localhost"),
    ]);
    plan.set(group, Visit::within(sibling.clone(), How::Link), cookies);
    let further = host("a.blog.domain.localhost");
    for place in [own.clone(), sibling, further, other_port("domain.localhost"), host("evil.localhost")] {
        plan.ask(group, Visit::within(place, How::Image));
    }
    for name in ["localhost", "127.0.0.1"] {
        let group = plan.group("storing");
        let lines = [
            ("its own name as Domain", format!("u*=1; Domain={name}")),
            ("its own name with a dot as Domain", format!("v*=1; Domain=.{name}")),
            ("another site's Domain", "w*=1; Domain=evil.localhost".to_owned()),
            ("a part of it as Domain", "x*=1; Domain=0.0.1".to_owned()),
        ];
        let cookies = lines.iter().map(|(what, line)| plan.cookie(*what, line)).collect();
        plan.set(group, Visit::within(host(name), How::Link), cookies);
        plan.ask(group, Visit::within(host(name), How::Image));
        plan.ask(group, Visit::within(host("x.localhost"), How::Image));
    }
}

/// Which paths match, and in which order cookies go.
fn paths(plan: &mut Plan) {
    let group = plan.group("storing");
    let place = host("path.localhost");
    let cookies = plan.cookies(&[
        ("no Path", "a*=1"),
        ("Path=/", "b*=1; Path=/"),
        ("the path of the page", "c*=1; Path={path}/a/b/c"),
        ("the folder of the page", "d*=1; Path={path}/a/b"),
        ("the folder of the page with a slash", "e*=1; Path={path}/a/b/"),
        ("the start of a folder's name", "f*=1; Path={path}/a/bb"),
        ("a folder above", "g*=1; Path={path}/a"),
        ("a folder that is not above", "h*=1; Path={path}/z"),
        ("a path with a question mark", "i*=1; Path={path}/a?b"),
        ("a path with an escape", "j*=1; Path={path}/%61"),
    ]);
    plan.set(group, Visit::within(place.clone(), How::Link).at("a/b/c"), cookies);
    for rest in ["a/b/c", "a/b", "a/b/", "a/bb", "a/bbb", "a/b/c/d", "a", "", "%61/x", "A/b/c"] {
        plan.ask(group, Visit::within(place.clone(), How::Image).at(rest));
    }
}

/// A response to a request of another site sets less than one of its own.
fn setters(plan: &mut Plan) {
    let kinds = [How::Form, How::Link, How::Image, How::Frame, How::FetchPost, How::FetchGet];
    let pages = ["evil.localhost", "blog.SITE", "SITE"];
    for (number, (page, how)) in pages.iter().flat_map(|page| kinds.map(|how| (page, how))).enumerate() {
        let site = format!("set{number}.localhost");
        let page = page.replace("SITE", &site);
        let group = plan.group("storing");
        let cookies = plan.cookies(&[
            ("no SameSite", "a*=1"),
            ("SameSite=Lax", "b*=1; SameSite=Lax"),
            ("SameSite=Strict", "c*=1; SameSite=Strict"),
            ("SameSite=None with Secure", "d*=1; SameSite=None; Secure"),
            ("__Host-", "__Host-e*=1; Secure; Path=/"),
        ]);
        plan.set(group, Visit::new(host(&page), how, host(&site)), cookies);
        plan.ask(group, Visit::within(host(&site), How::Image));
    }
}

/// What scripts write, and what they see.
fn scripts(plan: &mut Plan) {
    let group = plan.group("storing");
    let place = host("script.localhost");
    let kept = plan
        .cookies(&[("HttpOnly from the server", "a*=1; HttpOnly"), ("from the server, then from a script", "b*=1")]);
    let again = kept.iter().map(|cookie| format!("{}=2", cookie.mark)).collect::<Vec<_>>();
    plan.set(group, Visit::within(place.clone(), How::Link), kept);
    let mut cookies = plan.cookies(&[
        ("written by a script", "c*=1"),
        ("HttpOnly, written by a script", "d*=1; HttpOnly"),
        ("Secure, written by a script", "e*=1; Secure"),
        ("SameSite=None without Secure, written by a script", "f*=1; SameSite=None"),
        ("SameSite=Strict, written by a script", "g*=1; SameSite=Strict"),
        ("__Host-, written by a script", "__Host-h*=1; Secure; Path=/"),
        ("__Host- without Secure, written by a script", "__Host-i*=1; Path=/"),
        ("__Http-, written by a script", "__Http-j*=1; Secure"),
        ("a Domain, written by a script", "k*=1; Domain=script.localhost"),
        ("another site's Domain, written by a script", "l*=1; Domain=evil.localhost"),
        ("a control character in the value", "m*=1\u{1}2"),
        ("a delete character in the value", "n*=1\u{7f}2"),
        ("a new line in the value", "o*=1\n2"),
        ("a carriage return in the value", "p*=1\r2"),
        ("a zero in the value", "q*=1\u{0}2"),
        ("a tab in the value", "r*=1\t2"),
        ("a control character in the name", "s\u{2}*=1"),
        ("a control character in an attribute", "t*=1; Path=/\u{3}"),
        ("no name, written by a script", "=u*"),
        ("already ended, written by a script", "v*=1; Max-Age=0"),
    ]);
    let over = again.iter().zip(["a", "b"]).map(|(pair, name)| (name, pair));
    let over: Vec<_> = over
        .map(|(name, pair)| {
            let what = if name == "a" { "laid over an HttpOnly one by a script" } else { "changed by a script" };
            // The same cookie under the same name: whose value goes along tells who won.
            let mut cookie = plan.cookie(what, "");
            cookie.line = format!("{name}{pair}{}", cookie.mark).into_bytes();
            cookie
        })
        .collect();
    cookies.extend(over);
    plan.set(group, Visit::within(place.clone(), How::Write), cookies);
    plan.ask(group, Visit::within(place.clone(), How::Read));
    plan.ask(group, Visit::within(place.clone(), How::Image));
    plan.ask(group, Visit::new(host("evil.localhost"), How::Link, place));
}

/// Cookies that belong to one site in the address bar.
fn partitions(plan: &mut Plan) {
    let group = plan.group("storing");
    let (own, evil, third) = (host("part.localhost"), host("evil.localhost"), host("x.localhost"));
    let visits = [(own.clone(), How::Link), (evil.clone(), How::Image), (evil.clone(), How::Frame)];
    for (page, how) in visits {
        let from = &page.host;
        let cookies = vec![
            plan.cookie(format!("Partitioned, set under {from}"), "a*=1; Secure; SameSite=None; Partitioned"),
            plan.cookie(
                format!("Partitioned with a Domain, set under {from}"),
                "b*=1; Secure; SameSite=None; Partitioned; Domain=part.localhost",
            ),
            plan.cookie(format!("Partitioned without SameSite, set under {from}"), "c*=1; Secure; Partitioned"),
            plan.cookie(format!("not Partitioned, set under {from}"), "d*=1; Secure; SameSite=None"),
        ];
        plan.set(group, Visit::new(page, how, own.clone()), cookies);
    }
    for page in [own.clone(), host("blog.part.localhost"), evil, third] {
        for how in [How::Link, How::Form, How::Image, How::Frame, How::FetchPost] {
            plan.ask(group, Visit::new(page.clone(), how, own.clone()));
        }
    }
    plan.ask(group, Visit::within(own, How::Read));
}

/// Which cookie goes first after one has been set again.
fn again(plan: &mut Plan) {
    let group = plan.group("storing");
    let place = host("again.localhost");
    let cookies = plan.cookies(&[
        ("set again with its value", "a*=1"),
        ("set again with its value and another attribute", "b*=1"),
        ("set once, before", "c*=1"),
    ]);
    let mut second = cookies.clone();
    second.truncate(2);
    second[1].line.extend(b"; SameSite=Strict");
    plan.set(group, Visit::within(place.clone(), How::Link), cookies);
    let later = plan.cookies(&[("set once, after", "d*=1")]);
    plan.set(group, Visit::within(place.clone(), How::Link), later);
    plan.set(group, Visit::within(place.clone(), How::Link), second);
    plan.ask(group, Visit::within(place.clone(), How::Image));
    plan.ask(group, Visit::new(host("evil.localhost"), How::Link, place));
}
