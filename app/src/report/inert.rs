//! A writer for terminals that lets no control character through but the ends of lines.

use std::io::{self, Write};

use super::escape;

/// What is written to it comes out inert: no text of a file or an answer can move the cursor or colour the screen.
pub(crate) struct Inert<W>(pub(crate) W);

impl<W: Write> Write for Inert<W> {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        let lines: Vec<String> = String::from_utf8_lossy(text).split('\n').map(escape::plain).collect();
        self.0.write_all(lines.join("\n").as_bytes())?;
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_can_not_colour_the_terminal() {
        let mut out = Vec::new();
        let title = "\u{1b}]0;title\u{7}\u{202e}";
        writeln!(Inert(&mut out), "one {title}\ntwo").expect("a vector takes everything");
        let out = String::from_utf8(out).expect("it is text");
        assert_eq!(out, "one \u{fffd}]0;title\u{fffd}\u{fffd}\ntwo\n");
    }
}
