//! An explanation as a terminal shows it.

use std::fmt;

use super::{Block, Explanation};

/// Lines of prose are broken at this many characters.
const WIDTH: usize = 100;

impl fmt::Display for Explanation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", self.name)?;
        write_prose(self.description, "", f)?;
        writeln!(f)?;
        let width = self.facts.iter().map(|fact| fact.what.chars().count()).max().unwrap_or(0);
        for fact in &self.facts {
            let continuation = " ".repeat(width + 2);
            // In a table of names, code spans are noise.
            let values = fact.values.join(", ").replace('`', "");
            let mut lines = broken(&values, WIDTH.saturating_sub(width + 2)).into_iter();
            writeln!(f, "{:width$}  {}", fact.what, lines.next().unwrap_or_default())?;
            lines.try_for_each(|line| writeln!(f, "{continuation}{line}"))?;
        }
        for section in &self.sections {
            writeln!(f, "\n{}\n", section.title)?;
            for (index, block) in section.blocks.iter().enumerate() {
                if index > 0 {
                    writeln!(f)?;
                }
                write_block(block, f)?;
            }
        }
        Ok(())
    }
}

fn write_block(block: &Block, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match block {
        Block::Text(text) => write_prose(text, "  ", f),
        Block::List(items) => items.iter().try_for_each(|item| {
            broken(item, WIDTH - 4)
                .iter()
                .enumerate()
                .try_for_each(|(index, line)| writeln!(f, "  {} {line}", if index == 0 { "-" } else { " " }))
        }),
        Block::Links(links) => links.iter().try_for_each(|link| writeln!(f, "  {link}")),
        Block::Yaml(yaml) => yaml.lines().try_for_each(|line| match line {
            "" => writeln!(f),
            line => writeln!(f, "  {line}"),
        }),
    }
}

fn write_prose(text: &str, indent: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    broken(text, WIDTH - indent.len()).iter().try_for_each(|line| writeln!(f, "{indent}{line}"))
}

/// A text in lines of at most `width` characters, where its words allow it. Its own line breaks stay.
pub(crate) fn broken(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::broken;

    #[test]
    fn prose_is_broken_between_words_and_keeps_its_own_breaks() {
        assert_eq!(broken("one two three\n\nfour", 7), ["one two", "three", "", "four"]);
        assert_eq!(broken("incomprehensible it is", 5), ["incomprehensible", "it is"]);
        assert_eq!(broken("äöü äöü", 7), ["äöü äöü"]);
    }
}
