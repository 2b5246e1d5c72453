//! One file as the rules read it: its comments, code and strings told apart, and the lines of its tests marked.

/// A file of the repository.
pub(crate) struct Source {
    /// From the repository's root, with slashes.
    pub(crate) path: String,
    pub(crate) lines: Vec<Line>,
    /// The modules that it declares for tests alone, as paths without an ending.
    pub(crate) test_modules: Vec<String>,
}

/// One line in four readings; what a reading leaves out is blank in it. Files other than Rust's have only the raw one.
pub(crate) struct Line {
    /// From 1, as editors count.
    pub(crate) number: usize,
    pub(crate) raw: String,
    /// Without comments.
    pub(crate) code: String,
    /// Without comments and without strings.
    pub(crate) bare: String,
    /// Only the comments.
    pub(crate) prose: String,
    /// Whether it belongs to a test.
    pub(crate) test: bool,
}

impl Source {
    /// Reads `text` as the file at `path`.
    pub(crate) fn parse(path: &str, text: &str) -> Self {
        let readings = if path.ends_with(".rs") { readings(text) } else { Default::default() };
        let [code, bare, prose] = readings.each_ref().map(|text| text.split('\n').map(str::to_owned));
        let blank = || std::iter::repeat(String::new());
        let mut readings = code.chain(blank()).zip(bare.chain(blank())).zip(prose.chain(blank()));
        let lines = text.lines().zip(1..).map(|(raw, number)| {
            let ((code, bare), prose) = readings.next().expect("the readings never end");
            Line { number, raw: raw.to_owned(), code, bare, prose, test: false }
        });
        let mut source = Self { path: path.to_owned(), lines: lines.collect(), test_modules: Vec::new() };
        source.find_tests();
        source
    }

    /// The lines that are built into the product.
    pub(crate) fn product(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| !line.test)
    }

    /// The whole file without comments and strings.
    pub(crate) fn bare(&self) -> String {
        self.lines.iter().map(|line| format!("{}\n", line.bare)).collect()
    }

    pub(crate) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Whether the file lies in one of these folders.
    pub(crate) fn is_in(&self, folders: &[&str]) -> bool {
        folders.iter().any(|folder| self.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
    }

    /// Marks the whole file as a test.
    pub(crate) fn mark_as_test(&mut self) {
        self.lines.iter_mut().for_each(|line| line.test = true);
    }

    fn find_tests(&mut self) {
        let bare = self.bare();
        if self.path.contains("/tests/") || self.path.ends_with("/tests.rs") || bare.contains("#![cfg(test)]") {
            self.mark_as_test();
        }
        let marks = ["#[cfg(test)]", "#[cfg(all(test"].map(|mark| bare.match_indices(mark));
        for (from, _) in marks.into_iter().flatten() {
            let item = &bare[from..from + item_length(&bare[from..])];
            let first = bare[..from].matches('\n').count();
            let last = first + item.matches('\n').count();
            self.lines[first..=last].iter_mut().for_each(|line| line.test = true);
            if let Some((_, name)) = item.strip_suffix(';').and_then(|declared| declared.rsplit_once("mod ")) {
                let file = self.path.trim_end_matches(".rs");
                let folder = ["/mod", "/lib", "/main"].iter().find_map(|root| file.strip_suffix(root)).unwrap_or(file);
                self.test_modules.push(format!("{folder}/{name}"));
            }
        }
    }
}

/// How long the item is that starts `text`, its attributes included.
fn item_length(text: &str) -> usize {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return at;
        }
        if depth == 0 && (c == ';' || c == '}') {
            return at + 1;
        }
    }
    text.len()
}

enum Kind {
    Code,
    Comment,
    Text,
}

/// The code, the bare code and the comments of a Rust file, line by line where they stand.
fn readings(text: &str) -> [String; 3] {
    let chars: Vec<char> = text.chars().collect();
    let mut readings = <[String; 3]>::default();
    let mut at = 0;
    while at < chars.len() {
        let (kind, length) = piece(&chars[at..]);
        let shown = match kind {
            Kind::Code => [true, true, false],
            Kind::Text => [true, false, false],
            Kind::Comment => [false, false, true],
        };
        for &c in &chars[at..chars.len().min(at + length)] {
            for (reading, shown) in readings.iter_mut().zip(shown) {
                reading.push(if shown || c == '\n' { c } else { ' ' });
            }
        }
        at += length;
    }
    readings
}

/// What starts here, and how long it is.
fn piece(rest: &[char]) -> (Kind, usize) {
    let until = |from: usize, end: &[char]| {
        rest.windows(end.len()).skip(from).position(|window| window == end).map_or(rest.len(), |at| from + at)
    };
    match rest {
        ['/', '/', ..] => (Kind::Comment, until(2, &['\n'])),
        ['/', '*', ..] => (Kind::Comment, block_comment(rest)),
        ['"', ..] => (Kind::Text, string(rest)),
        ['r', '"' | '#', ..] => {
            let hashes = rest[1..].iter().take_while(|c| **c == '#').count();
            let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
            match rest.get(1 + hashes) {
                Some('"') => (Kind::Text, until(2 + hashes, &end) + end.len()),
                // `r#type` is a name.
                _ => (Kind::Code, 1),
            }
        }
        ['\'', '\\', ..] => (Kind::Text, until(3, &['\'']) + 1),
        ['\'', _, '\'', ..] => (Kind::Text, 3),
        _ => (Kind::Code, 1),
    }
}

fn string(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != '"' {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

fn block_comment(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match rest[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_strings_and_code_are_told_apart() {
        let text = "let a = \"// no \\\" comment\"; // a \"comment\"\nlet b = r#\"\"quoted\"\"#; let c = '\"'; /* x /* y */ z */ fn f<'a>() {}\nlet d = r#type;";
        let source = Source::parse("server/src/a.rs", text);
        let bare: Vec<_> =
            source.lines.iter().map(|line| line.bare.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(bare, ["let a = ;", "let b = ; let c = ; fn f<'a>() {}", "let d = r#type;"]);
        assert_eq!(source.lines[0].prose.trim(), "// a \"comment\"");
        assert!(source.lines[0].code.contains("// no") && !source.lines[0].code.contains("a \"comment\""));
    }

    #[test]
    fn the_lines_of_tests_are_marked() {
        let text = "#[cfg(test)]\nmod conformance;\nmod memory;\n#[cfg(test)]\nmod tests {\n    fn f() -> [u8; 3] { [1; 3] }\n}\nfn g() {}\n";
        let source = Source::parse("server/src/store/mod.rs", text);
        let product: Vec<_> = source.product().map(|line| line.number).collect();
        assert_eq!(product, [3, 8]);
        assert_eq!(source.test_modules[0], "server/src/store/conformance");
        let source = Source::parse("shared/src/domain.rs", "#[cfg(test)]\npub(crate) mod tests;");
        assert_eq!(source.test_modules, ["shared/src/domain/tests"]);
        assert_eq!(Source::parse("app/tests/a.rs", "fn f() {}").product().count(), 0);
    }
}
