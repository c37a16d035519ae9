//! docs/configuration.md: every block of YAML loads, or fails with the message that stands under it.

use std::fs;

use guard_loader::{GuardYaml, Library, load};

use crate::support::{TODAY, text};

/// A block of YAML, and the message that stands under it.
struct Example<'a> {
    line: usize,
    yaml: &'a str,
    message: Option<&'a str>,
}

fn examples(page: &str) -> Vec<Example<'_>> {
    let mut examples: Vec<Example<'_>> = Vec::new();
    let mut line = 1;
    for (i, part) in page.split("```").enumerate() {
        if let Some(yaml) = part.strip_prefix("yaml\n").filter(|_| i % 2 == 1) {
            examples.push(Example { line, yaml, message: None });
        } else if let Some(message) =
            part.strip_prefix("text\n").filter(|text| text.starts_with("guard.yaml:"))
        {
            let example = examples.last_mut().expect("a message stands under a block of YAML");
            example.message = Some(message);
        }
        line += part.matches('\n').count();
    }
    examples
}

#[test]
fn the_cases_of_the_documentation_are_the_ones_that_are_tested() {
    let page = fs::read_to_string("../docs/writing-policies.md").unwrap();
    let cases = fs::read_to_string("../fixtures/policies/exposed-service/cases.yaml").unwrap();
    let shown = page.split("```yaml\ncases:\n").nth(1).and_then(|rest| rest.split("```").next());
    assert!(cases.contains(shown.unwrap()), "{cases}");
}

#[test]
fn every_example_of_the_documentation_loads_or_fails_with_its_message() {
    let page = fs::read_to_string("../docs/configuration.md").unwrap();
    let examples = examples(&page);
    assert!(examples.len() > 5);
    for Example { line, yaml, message } in examples {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("guard.yaml");
        fs::write(&file, yaml).unwrap();
        let loaded =
            GuardYaml::open(&file).and_then(|guard_yaml| load(guard_yaml, &Library::default(), TODAY));
        let answer =
            loaded.err().map(|problems| text(&problems).replace(file.to_str().unwrap(), "guard.yaml"));
        assert_eq!(answer.as_deref(), message, "docs/configuration.md:{line}");
    }
}
