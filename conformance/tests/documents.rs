//! The policies themselves: OPA accepts them as they are, and finds in every document of theirs what guard finds.

#![cfg(test)]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    thread,
};

use guard_conformance::opa::{self, Answer, Opa, Reply, Request as Question};
use guard_engine::{
    config::Config,
    evaluate::{Evaluator, STACK_SIZE},
    inventory::{Inventory, Store},
    request::{Namespace, Request},
};
use guard_loader::{
    Library, load_bundle,
    suite::{Verdict, alone, load_suites},
};
use jiff::civil::{Date, date};
use serde_json::{Value, json};

/// No policy knows the day.
const TODAY: Date = date(2026, 1, 1);

/// The folders of policies in this repository.
const FOLDERS: [&str; 2] = ["policies", "bench/policies"];

#[test]
fn opa_accepts_the_policies_and_their_tests_pass() {
    let opa = opa::folder().unwrap().join("opa");
    for folder in FOLDERS {
        run(Command::new(&opa).args(["check", "--strict", folder]));
    }
    run(Command::new(&opa).args(["test", "--ignore", "*.yaml", FOLDERS[0]]));
}

fn run(command: &mut Command) {
    let output = command.current_dir(root()).output().unwrap();
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{text}");
}

#[test]
fn every_policy_finds_in_every_document_what_opa_finds() {
    let judge = || {
        let mut opa = Opa::start().unwrap();
        let documents = documents(&root().join(FOLDERS[0]));
        FOLDERS.map(|folder| folder_agrees(&mut opa, &root().join(folder), &documents))
    };
    let [library, bench] =
        thread::Builder::new().stack_size(STACK_SIZE).spawn(judge).unwrap().join().unwrap();
    println!(
        "judged alike by guard and OPA: {library} times a policy of the library and a document, {bench} of the bench"
    );
    assert!(library > 0 && bench > 0);
}

/// An object of a deny.yaml or allow.yaml.
struct Document {
    policy: String,
    violates: bool,
    request: Request,
}

/// Judges all documents by each policy of a folder that is for their kind; how many times that was.
fn folder_agrees(opa: &mut Opa, folder: &Path, documents: &[Document]) -> usize {
    let library = Library { folders: vec![folder.to_owned()], default_library: false };
    let bundle = Arc::new(load_bundle(&library).unwrap());
    let modules = modules(folder);
    let mut judged = 0;
    for (index, policy) in bundle.policies().iter().enumerate() {
        let config = alone(policy, &bundle, TODAY).unwrap();
        let parameters = &config.policy(index).unwrap().base.parameters;
        let mut evaluator = Evaluator::new(Arc::clone(&bundle));
        for violates in [true, false] {
            let documents = || documents.iter().filter(|document| document.violates == violates);
            // As in a scan of the policy's file.
            let own = documents().filter(|document| document.policy == *policy.name);
            let beside: Vec<&Request> = own.map(|document| &document.request).collect();
            let inventory = inventory(&beside);
            let mut found = Vec::new();
            for document in documents() {
                let guard = guard_finds(&mut evaluator, &config, &document.request, &inventory);
                if document.policy == *policy.name {
                    let is_violated = guard.as_ref().is_some_and(|violations| !violations.is_empty());
                    assert_eq!(is_violated, violates, "{}: {}", policy.name, document.request.object);
                }
                found.extend(guard.map(|guard| (document, guard)));
            }
            let inputs: Vec<Value> = found
                .iter()
                .map(|(document, _)| input(&document.request, &policy.name, parameters))
                .collect();
            let expected = opa_finds(opa, &modules, &policy.name, &inputs, data(&beside));
            for ((document, guard), opa) in found.into_iter().zip(expected) {
                assert_eq!(guard, opa, "{}: {}", policy.name, document.request.object);
                judged += 1;
            }
        }
    }
    judged
}

fn inventory(requests: &[&Request]) -> Inventory {
    let mut store = Store::default();
    for request in requests {
        store.insert_request(request);
    }
    store.snapshot()
}

/// The documented form of an inventory, made here without guard's own code.
fn data(requests: &[&Request]) -> Value {
    let mut inventory = json!({"namespace": {}, "cluster": {}});
    for request in requests {
        let Some(name) = &request.name else { continue };
        let of = match &request.namespace {
            Namespace::ClusterScoped => &mut inventory["cluster"],
            Namespace::Named(namespace) => &mut inventory["namespace"][namespace],
            Namespace::Unknown => &mut inventory["namespace"][""],
        };
        of[request.object["apiVersion"].as_str().unwrap()][&request.kind.kind][name] =
            (*request.object).clone();
    }
    json!({"inventory": inventory})
}

/// What guard finds, where the policy is for such an object.
fn guard_finds(
    evaluator: &mut Evaluator,
    config: &Config,
    request: &Request,
    inventory: &Inventory,
) -> Option<Vec<Value>> {
    let evaluation = evaluator.evaluate(config, request, inventory, TODAY);
    assert_eq!(evaluation.failures, [], "{}", request.object);
    let violations = evaluation.violations.iter();
    let violations = violations.map(|found| json!({"message": found.message, "path": found.path}));
    (evaluation.evaluated > 0).then(|| sorted(violations.collect()))
}

fn opa_finds(
    opa: &mut Opa,
    modules: &BTreeMap<String, String>,
    policy: &str,
    inputs: &[Value],
    data: Value,
) -> Vec<Vec<Value>> {
    let query = format!("data.guard.policies[{policy:?}].violation");
    let modules = modules.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect();
    match opa.ask(&Question { modules, query: &query, inputs, data }).unwrap() {
        Reply::Refused { error } => panic!("OPA refuses the policies: {error}"),
        Reply::Evaluated { results } => {
            let set = |answer: Answer| match answer.value {
                Some(Value::Array(members)) => sorted(members),
                other => panic!("{policy}: {other:?} {:?}", answer.error),
            };
            results.into_iter().map(set).collect()
        }
    }
}

/// The documented input of a policy for a request, made here without guard's own code.
fn input(request: &Request, policy: &str, parameters: &Value) -> Value {
    let mut input = json!({
        "operation": request.operation,
        "kind": request.kind,
        "object": *request.object,
        "oldObject": *request.old_object,
        "dryRun": request.dry_run,
        "parameters": {policy: parameters},
    });
    if let Some(name) = &request.name {
        input["name"] = name.as_str().into();
    }
    if let Namespace::Named(namespace) = &request.namespace {
        input["namespace"] = namespace.as_str().into();
    }
    if let Some(sub_resource) = &request.sub_resource {
        input["subResource"] = sub_resource.as_str().into();
    }
    if let Some(user) = &request.user_info {
        input["userInfo"] = user.clone();
    }
    input
}

/// The documents of all policies of a folder.
fn documents(folder: &Path) -> Vec<Document> {
    let suites = load_suites(folder).unwrap().suites.into_iter();
    let documents = suites.flat_map(|suite| {
        let name = suite.name.to_string();
        suite.documents.into_iter().map(move |document| Document {
            policy: name.clone(),
            violates: document.verdict == Verdict::Deny,
            request: document.request,
        })
    });
    documents.collect()
}

/// The modules of a folder of policies, without their tests.
fn modules(folder: &Path) -> BTreeMap<String, String> {
    let mut modules = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.display().to_string();
        if path.is_dir() {
            modules.extend(self::modules(&path));
        } else if name.ends_with(".rego") && !name.ends_with("_test.rego") {
            modules.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
    modules
}

fn sorted(mut values: Vec<Value>) -> Vec<Value> {
    values.sort_by_cached_key(Value::to_string);
    values
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
