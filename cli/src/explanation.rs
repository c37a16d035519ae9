//! What there is to say about a policy, from its METADATA and its documents: the text of `guard explain` and the page in docs/policies
//! are two ways to write it down.

mod parameters;
mod text;

pub(crate) use text::broken;

use guard_engine::{metadata::KindSelector, policy::Policy};
use guard_loader::Documents;
use guard_manifest::Content;
use jiff::civil::Date;
use serde_json::Value;

/// What there is to say about a policy.
#[derive(Debug)]
pub(crate) struct Explanation<'a> {
    pub(crate) name: &'a str,
    pub(crate) description: &'a str,
    pub(crate) facts: Vec<Fact>,
    pub(crate) sections: Vec<Section>,
}

/// A row of the table at the top; kinds stand in code spans.
#[derive(Debug)]
pub(crate) struct Fact {
    pub(crate) what: &'static str,
    pub(crate) values: Vec<String>,
}

/// A heading, and what stands under it.
#[derive(Debug)]
pub(crate) struct Section {
    pub(crate) title: &'static str,
    pub(crate) blocks: Vec<Block>,
}

/// A part of a section. Texts are Markdown with nothing but code spans.
#[derive(Debug)]
pub(crate) enum Block {
    Text(String),
    List(Vec<String>),
    Links(Vec<String>),
    Yaml(String),
}

impl<'a> Explanation<'a> {
    /// Explains a policy. `enforcement` is the row that says what is done about a violation, `expires` the last day of the exemption
    /// that is shown.
    pub(crate) fn new(policy: &'a Policy, documents: &Documents, enforcement: Fact, expires: Date) -> Self {
        let metadata = &policy.metadata;
        let deny = documents.deny.as_deref().and_then(first_document);
        let allow = documents.allow.as_deref().and_then(first_document);
        let exemption = exemption(policy, deny.as_deref(), expires);
        let mut sections = Vec::new();
        let mut section = |title, blocks| sections.push(Section { title, blocks });
        section("What to do", vec![Block::Text(metadata.remediation.trim().to_owned())]);
        if let Some(parameters) = metadata.parameters.as_ref().and_then(parameters::describe) {
            section("Parameters", vec![Block::List(parameters)]);
        }
        deny.into_iter().for_each(|example| section("A violation", vec![Block::Yaml(example)]));
        allow.into_iter().for_each(|example| section("No violation", vec![Block::Yaml(example)]));
        let intention = "In guard.yaml, with a match as narrow as it can be:".to_owned();
        section("How to exempt something", vec![Block::Text(intention), Block::Yaml(exemption)]);
        if !metadata.references.is_empty() {
            section("Read more", vec![Block::Links(metadata.references.clone())]);
        }
        Self {
            name: &policy.name,
            description: metadata.description.trim(),
            facts: facts(policy, enforcement),
            sections,
        }
    }
}

impl Fact {
    /// A row.
    pub(crate) fn new(what: &'static str, values: Vec<String>) -> Self {
        Self { what, values }
    }

    fn kinds(what: &'static str, selectors: &[KindSelector]) -> Self {
        Self { what, values: selectors.iter().map(kind).collect() }
    }
}

fn facts(policy: &Policy, enforcement: Fact) -> Vec<Fact> {
    let metadata = &policy.metadata;
    let word = |what, value: &str| Fact::new(what, vec![value.to_owned()]);
    let optional = |what, value: &Option<String>| Fact::new(what, value.iter().cloned().collect());
    let facts = [
        word("Title", &metadata.title),
        word("Severity", metadata.severity.as_str()),
        enforcement,
        optional("Deprecated", &metadata.deprecated),
        word("Category", &metadata.category),
        Fact::new("Packs", metadata.packs.clone()),
        Fact::kinds("Judges", &metadata.kinds),
        Fact::kinds("Looks at", &metadata.inventory),
        Fact::new("Takes over from", metadata.replaces.clone()),
        Fact::new("Once called", metadata.aliases.clone()),
        optional("Since", &metadata.since),
    ];
    facts.into_iter().filter(|fact| !fact.values.is_empty()).collect()
}

fn kind(selector: &KindSelector) -> String {
    let KindSelector { group, kind, .. } = selector;
    if group.is_empty() { format!("`{kind}`") } else { format!("`{kind}.{group}`") }
}

/// The first document of a YAML file that says something, with the comment over it.
fn first_document(documents: &str) -> Option<String> {
    let is_separator = |line: &&str| line.trim_end() == "---" || line.starts_with("--- #");
    let says_something = |line: &&str| !line.trim().is_empty() && !line.starts_with('#');
    let lines: Vec<_> = documents.lines().collect();
    let document = lines.split(is_separator).find(|lines| lines.iter().any(says_something))?;
    Some(document.join("\n").trim().to_owned())
}

/// An exemption for guard.yaml: of the resource in the example, or of a kind.
fn exemption(policy: &Policy, example: Option<&str>, expires: Date) -> String {
    let resource = example.and_then(|example| {
        let reading = guard_manifest::read(example.as_bytes());
        reading.documents.into_iter().find_map(|document| match document.content {
            Content::Resources(resources) => resources.into_iter().next().map(|resource| resource.value),
            _ => None,
        })
    });
    let text = |pointer| resource.as_ref()?.pointer(pointer).and_then(Value::as_str);
    let kind = text("/kind").or(policy.metadata.kinds.first().map(|selector| &*selector.kind));
    // Quoted: a name may look like a number or a boolean.
    let list = |key, value: Option<&str>| value.map(|value| format!("{key}: [{}]", Value::from(value)));
    let r#match: Vec<_> = [
        kind.map(|kind| format!("kinds: [{kind}]")),
        list("namespaces", text("/metadata/namespace")),
        list("names", text("/metadata/name")),
    ]
    .into_iter()
    .flatten()
    .collect();
    format!(
        "exemptions:\n  - policies: [{}]\n    match: {{{}}}\n    reason: why this is fine, for those who will ask\n    \
         owner: who answers for it\n    expires: {expires}",
        policy.name,
        r#match.join(", "),
    )
}

#[cfg(test)]
mod tests {
    use super::first_document;

    #[test]
    fn the_first_document_is_the_first_that_says_something() {
        let first = |text| first_document(text);
        assert_eq!(first("# one\na: 1\n---\nb: 2\n").as_deref(), Some("# one\na: 1"));
        assert_eq!(first("# licence\n--- # one\na: 1\n---\n").as_deref(), Some("a: 1"));
        assert_eq!(first("---\na: |\n  ---\n  b\n").as_deref(), Some("a: |\n  ---\n  b"));
        assert_eq!(first("# nothing\n---\n\n"), None);
    }
}
