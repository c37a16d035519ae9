//! cases.yaml: what the documents of a policy cannot say by themselves. A value in, cases out, and all mistakes at once.
//!
//! ```text
//! cases -> a case: a name, the settings and surroundings under which its inputs are judged
//!            inputs -> an input: a request, and what the policy is to say of it
//! ```

mod input;

use serde_json::Value;

use crate::{
    path::Path,
    problem::Problem,
    reader::{Block, Field, Reader},
    request::{Kind, Request},
};

/// The file's name.
pub const FILE_NAME: &str = "cases.yaml";

const KEYS: [&str; 1] = ["cases"];
const CASE_KEYS: [&str; 5] = ["name", "parameters", "namespaces", "inventory", "inputs"];

/// One case: inputs that are judged under the same settings and in the same surroundings.
#[derive(Debug, Clone)]
pub struct Case {
    /// What it shows: a sentence, no two of a policy the same.
    pub name: String,
    /// Where it stands.
    pub path: Path,
    /// The policy's parameters; none where they are to be what they are for a document. Not checked against a schema.
    pub parameters: Option<Value>,
    /// The Namespace objects that are known.
    pub namespaces: Vec<Request>,
    /// What the policy may look at beside an input; the inputs are not among it.
    pub inventory: Vec<Request>,
    /// What is judged, each by itself.
    pub inputs: Vec<Input>,
}

/// What is judged, and what is to come out.
#[derive(Debug, Clone)]
pub struct Input {
    /// Where it stands.
    pub path: Path,
    /// Where in it the judged object stands.
    pub root: Path,
    /// The request.
    pub request: Request,
    /// The policy's violations: these and no others.
    pub violations: Vec<Expected>,
    /// What the policy leaves undetermined: this and nothing else.
    pub undetermined: Vec<Expected>,
}

/// What is expected of one finding. What is not written may be anything; one of the two is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// Its message.
    pub message: Option<String>,
    /// Its path, as [`Path`] is shown: `spec.containers[0].image`.
    pub path: Option<String>,
}

/// Reads cases.yaml, which was read as a value.
///
/// # Errors
/// Every mistake that was found, by its path.
pub fn read(value: &Value) -> Result<Vec<Case>, Vec<Problem>> {
    let mut reader = Reader::default();
    let root = Field::new(value, Path::default());
    let cases = reader
        .block(&root, FILE_NAME, &KEYS)
        .and_then(|block| {
            reader.required(&block, FILE_NAME, "cases", "list the cases: `cases: [{name: …, inputs: […]}]`")
        })
        .and_then(|field| reader.list(&field, "cases"))
        .unwrap_or_default();
    let mut read: Vec<Case> = Vec::new();
    for field in cases {
        let Some(case) = case(&field, &mut reader) else { continue };
        if read.iter().any(|other| other.name == case.name) {
            let message = format!("two cases are called {:?}", case.name);
            reader.report(Problem::value(case.path.join("name"), message).help("rename one of them"));
        }
        read.push(case);
    }
    let problems = reader.into_problems();
    if problems.is_empty() { Ok(read) } else { Err(problems) }
}

impl Expected {
    /// Whether a finding is what is expected.
    #[must_use]
    pub fn is(&self, message: &str, path: &Path) -> bool {
        self.message.as_deref().is_none_or(|expected| expected == message)
            && self.path.as_deref().is_none_or(|expected| expected == path.to_string())
    }
}

fn case(field: &Field<'_>, reader: &mut Reader) -> Option<Case> {
    let block = reader.block(field, "a case", &CASE_KEYS)?;
    let help = "say in a sentence what it shows";
    let name = reader.required(&block, "a case", "name", help).and_then(|field| reader.text(&field, "name"));
    let parameters = block.get("parameters").map(|field| {
        reader.mapping(&field, "parameters");
        field.value.clone()
    });
    let namespaces = objects(&block, "namespaces", reader);
    for (request, path) in &namespaces {
        if !is_namespace(&request.kind) || request.name.is_none() {
            let message = format!("a {} in namespaces, expected a Namespace with a name", request.kind.kind);
            reader.report(Problem::value(path.clone(), message));
        }
    }
    let namespaces: Vec<Request> = namespaces.into_iter().map(|(request, _)| request).collect();
    let inventory = objects(&block, "inventory", reader).into_iter().map(|(request, _)| request).collect();
    let help = "list what is judged: `inputs: [{object: {…}, violations: [{path: …}]}]`";
    let inputs = reader.required(&block, "a case", "inputs", help);
    let inputs = inputs.and_then(|field| reader.list(&field, "inputs")).unwrap_or_default();
    let inputs = inputs.iter().filter_map(|field| input::read(field, &namespaces, reader)).collect();
    Some(Case { name: name?, path: block.path().clone(), parameters, namespaces, inventory, inputs })
}

/// Manifests, each as the request that creates it and with its path.
fn objects(block: &Block<'_>, key: &str, reader: &mut Reader) -> Vec<(Request, Path)> {
    let items = block.get(key).and_then(|field| reader.list(&field, key)).unwrap_or_default();
    let mut objects = Vec::new();
    for item in items {
        match Request::create(std::sync::Arc::new(item.value.clone()), None) {
            Some(request) => objects.push((request, item.path)),
            None => {
                let message = format!("an item of {key} is no manifest: it has no apiVersion or no kind");
                reader.report(Problem::value(item.path, message));
            }
        }
    }
    objects
}

fn is_namespace(kind: &Kind) -> bool {
    kind.group.is_empty() && kind.kind == "Namespace"
}

#[cfg(test)]
mod tests;
