//! Finds the METADATA block of a package in the text of a Rego module.

/// The YAML of the METADATA block above `package`, as a text in which everything else is blank: a position in it is the
/// same position in the module. None where the module has no such block.
///
/// As for OPA, the block starts at a line that is `# METADATA` and runs to the first line that does not start with `#`;
/// all in column 1.
#[must_use]
pub fn block(module: &str) -> Option<String> {
    let lines: Vec<&str> = module.split_inclusive('\n').collect();
    let package =
        lines.iter().position(|line| line.starts_with("package") && !is_word(line, "package".len()))?;
    let above = lines.get(..package)?;
    let start = above.iter().rposition(|line| is_hint(line))?;
    let inside = above.get(start + 1..)?;
    let length = inside.iter().position(|line| !line.starts_with('#')).unwrap_or(inside.len());
    let ends_in_code =
        inside.get(length..)?.iter().any(|line| !line.trim().is_empty() && !line.starts_with('#'));
    if ends_in_code {
        return None;
    }
    let mut text: String = above.get(..=start)?.iter().flat_map(|line| line.chars()).map(blank).collect();
    for line in inside.get(..length)? {
        text.push(' ');
        text.extend(line.strip_prefix('#'));
    }
    Some(text)
}

/// The keyword goes on: `packages`.
fn is_word(line: &str, at: usize) -> bool {
    line.get(at..)
        .and_then(|rest| rest.chars().next())
        .is_some_and(|next| next.is_alphanumeric() || next == '_')
}

fn is_hint(line: &str) -> bool {
    line.strip_prefix('#').is_some_and(|text| text.trim() == "METADATA")
}

fn blank(character: char) -> char {
    if character == '\n' { '\n' } else { ' ' }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_block_above_the_package_keeps_its_place() {
        let module = "# Ä licence.\n\n# METADATA\n# title: T\n# custom:\n#   severity: high\npackage guard\n";
        assert_eq!(
            block(module).unwrap(),
            "            \n\n          \n  title: T\n  custom:\n    severity: high\n"
        );
    }

    #[test]
    fn a_comment_after_a_blank_line_is_not_of_the_block() {
        let module = "# METADATA\n# title: T\n\n# A word: on this.\npackage guard\n";
        assert_eq!(block(module).unwrap(), "          \n  title: T\n");
    }

    #[test]
    fn the_block_of_a_rule_is_not_the_packages() {
        assert_eq!(block("package guard\n\n# METADATA\n# title: rule\nr := 1\n"), None);
        assert_eq!(block("# packages: of metadata\npackage guard\n"), None);
        assert_eq!(
            block(" # METADATA\n # title: T\npackage guard\n"),
            None,
            "OPA reads only what starts in column 1"
        );
        assert_eq!(block(""), None);
    }
}
