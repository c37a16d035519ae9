//! An API server in memory: discovery, lists with pages, watches, and every fault that a test asks for.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    mem,
    sync::{Arc, Mutex, MutexGuard},
};

use axum::body::{Body, Bytes};
use futures_util::stream;
use hyper::{Request, Response};
use kube::Client;
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// Where the objects of a resource are.
pub(super) const NAMESPACES: &str = "/api/v1/namespaces";
pub(super) const INGRESSES: &str = "/apis/networking.k8s.io/v1/ingresses";
pub(super) const WIDGETS: &str = "/apis/example.com/v1/widgets";
pub(super) const CONFIGURATIONS: &str =
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";

#[derive(Clone)]
pub(super) struct Server(Arc<Mutex<Cluster>>);

struct Cluster {
    version: u64,
    /// By the path of the collection, then by namespace and name.
    objects: BTreeMap<String, BTreeMap<(String, String), Value>>,
    /// The groups that discovery tells of.
    groups: BTreeMap<String, Value>,
    watches: Vec<Watch>,
    faults: BTreeMap<String, Fault>,
    /// What was asked for, in order: `list …`, `watch …`, `get …`.
    asked: Vec<String>,
}

struct Watch {
    path: String,
    events: mpsc::UnboundedSender<Bytes>,
}

/// What is wrong with a path; a test may also ask for it of watches alone (`watch <path>`).
#[derive(Clone)]
pub(super) enum Fault {
    /// It answers with this status.
    Status(u16),
    /// Connections fail.
    Down,
    /// It never answers.
    Hangs,
    /// A watch ends as soon as it began.
    Ends,
    /// The next page is too old.
    ExpiredPages,
}

impl Server {
    pub(super) fn new() -> Self {
        let cluster = Cluster {
            version: 1,
            objects: BTreeMap::new(),
            groups: BTreeMap::new(),
            watches: Vec::new(),
            faults: BTreeMap::new(),
            asked: Vec::new(),
        };
        let server = Self(Arc::new(Mutex::new(cluster)));
        server.serve(NAMESPACES, "Namespace", false);
        server.serve(INGRESSES, "Ingress", true);
        server.apply(NAMESPACES, namespace("default"));
        server
    }

    pub(super) fn client(&self) -> Client {
        let server = self.clone();
        let service = tower::service_fn(move |request: Request<kube::client::Body>| {
            let answer = server.answer(request.uri().path(), request.uri().query().unwrap_or_default());
            async move {
                match answer {
                    Some(answer) => answer,
                    None => std::future::pending().await,
                }
            }
        });
        Client::new(service, "default")
    }

    /// From now on there is such a kind.
    pub(super) fn serve(&self, path: &str, kind: &str, namespaced: bool) {
        let mut cluster = self.lock();
        let (group, version, plural) = parts(path);
        let resource = json!({
            "resource": plural,
            "responseKind": {"group": "", "version": "", "kind": kind},
            "scope": if namespaced { "Namespaced" } else { "Cluster" },
            "verbs": ["create", "delete", "get", "list", "patch", "update", "watch"],
        });
        let document = json!({
            "metadata": {"name": group},
            "versions": [{"version": version, "freshness": "Current", "resources": [resource]}],
        });
        cluster.groups.insert(group.to_owned(), document);
        cluster.objects.entry(path.to_owned()).or_default();
    }

    /// The kind and its objects are gone.
    pub(super) fn remove_kind(&self, path: &str) {
        let mut cluster = self.lock();
        cluster.groups.remove(parts(path).0);
        cluster.objects.remove(path);
        cluster.watches.retain(|watch| watch.path != path);
    }

    /// The server behind a group does not answer.
    pub(super) fn forget_group(&self, path: &str) {
        let (group, version, _) = parts(path);
        let versions = json!([{"version": version, "freshness": "Stale", "resources": []}]);
        let document = json!({"metadata": {"name": group}, "versions": versions});
        self.lock().groups.insert(group.to_owned(), document);
    }

    pub(super) fn apply(&self, path: &str, object: Value) {
        let mut cluster = self.lock();
        let object = cluster.store(path, object);
        cluster.tell(path, &json!({"type": "MODIFIED", "object": object}));
    }

    /// An object that no watch brings.
    pub(super) fn apply_unseen(&self, path: &str, object: Value) {
        self.lock().store(path, object);
    }

    pub(super) fn delete(&self, path: &str, namespace: &str, name: &str) {
        let mut cluster = self.lock();
        let object = cluster.delete(path, namespace, name);
        cluster.tell(path, &json!({"type": "DELETED", "object": object}));
    }

    pub(super) fn delete_unseen(&self, path: &str, namespace: &str, name: &str) {
        self.lock().delete(path, namespace, name);
    }

    pub(super) fn bookmark(&self, path: &str) {
        let mut cluster = self.lock();
        let metadata = json!({"resourceVersion": cluster.version.to_string()});
        let object = json!({"apiVersion": "v1", "kind": "Any", "metadata": metadata});
        cluster.tell(path, &json!({"type": "BOOKMARK", "object": object}));
    }

    /// Sends an error to the watches of a path and ends them.
    pub(super) fn end_watches(&self, path: &str, code: Option<u16>) {
        let mut cluster = self.lock();
        if let Some(code) = code {
            cluster.tell(path, &json!({"type": "ERROR", "object": status(code)}));
        }
        cluster.watches.retain(|watch| watch.path != path);
    }

    /// From now on something is wrong with a path; open watches end.
    pub(super) fn fail(&self, path: &str, fault: Fault) {
        let mut cluster = self.lock();
        cluster.faults.insert(path.to_owned(), fault);
        cluster.watches.retain(|watch| watch.path != path.trim_start_matches("watch "));
    }

    pub(super) fn heal(&self, path: &str) {
        self.lock().faults.remove(path);
    }

    /// Nobody reaches it any more.
    pub(super) fn go_down(&self) {
        for path in ["/api", "/apis", NAMESPACES, INGRESSES, WIDGETS, CONFIGURATIONS] {
            self.fail(path, Fault::Down);
        }
    }

    pub(super) fn come_back(&self) {
        self.lock().faults.clear();
    }

    /// What was asked for since the last time somebody looked, as far as it begins so.
    pub(super) fn asked(&self, prefix: &str) -> usize {
        let asked = mem::take(&mut self.lock().asked);
        asked.iter().filter(|asked| asked.starts_with(prefix)).count()
    }

    fn lock(&self) -> MutexGuard<'_, Cluster> {
        self.0.lock().unwrap()
    }

    fn answer(&self, path: &str, query: &str) -> Option<Result<Response<Body>, std::io::Error>> {
        let mut cluster = self.lock();
        let parameter = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
        };
        let watches = parameter("watch").is_some();
        cluster.asked.push(format!("{} {path}", if watches { "watch" } else { "get" }));
        let fault =
            cluster.faults.get(path).or(cluster.faults.get(&format!("watch {path}")).filter(|_| watches));
        match fault.cloned() {
            Some(Fault::Status(code)) => return Some(Ok(failure(code))),
            Some(Fault::Down) => return Some(Err(std::io::ErrorKind::ConnectionRefused.into())),
            Some(Fault::Hangs) => return None,
            Some(Fault::Ends) => return Some(Ok(Response::new(Body::empty()))),
            Some(Fault::ExpiredPages) if parameter("continue").is_some() => return Some(Ok(failure(410))),
            Some(Fault::ExpiredPages) | None => {}
        }
        let answer = match path {
            "/api" => cluster.discovery(|group| group.is_empty()),
            "/apis" => cluster.discovery(|group| !group.is_empty()),
            _ if watches => return Some(Ok(cluster.watch(path))),
            _ => cluster.read(path, parameter("limit").as_deref(), parameter("continue").as_deref()),
        };
        Some(Ok(answer.map_or_else(|| failure(404), |answer| Response::new(Body::from(answer.to_string())))))
    }
}

impl Cluster {
    fn store(&mut self, path: &str, mut object: Value) -> Value {
        self.version += 1;
        object["metadata"]["resourceVersion"] = self.version.to_string().into();
        let objects = self.objects.entry(path.to_owned()).or_default();
        objects.insert(identity(&object), object.clone());
        object
    }

    fn delete(&mut self, path: &str, namespace: &str, name: &str) -> Value {
        let objects = self.objects.get_mut(path).unwrap();
        objects.remove(&(namespace.to_owned(), name.to_owned())).unwrap()
    }

    fn tell(&mut self, path: &str, event: &Value) {
        let line = Bytes::from(format!("{event}\n"));
        self.watches.retain(|watch| watch.path != path || watch.events.send(line.clone()).is_ok());
    }

    fn discovery(&self, wanted: impl Fn(&str) -> bool) -> Option<Value> {
        let items: Vec<&Value> =
            self.groups.iter().filter(|(group, _)| wanted(group)).map(|(_, it)| it).collect();
        Some(json!({"kind": "APIGroupDiscoveryList", "items": items}))
    }

    fn watch(&mut self, path: &str) -> Response<Body> {
        if !self.objects.contains_key(path) {
            return failure(404);
        }
        let (events, received) = mpsc::unbounded_channel();
        self.watches.push(Watch { path: path.to_owned(), events });
        let lines = stream::unfold(received, |mut received| async {
            Some((Ok::<_, Infallible>(received.recv().await?), received))
        });
        Response::new(Body::from_stream(lines))
    }

    /// A page of a collection, or one object of it.
    fn read(&self, path: &str, limit: Option<&str>, from: Option<&str>) -> Option<Value> {
        let Some(objects) = self.objects.get(path) else {
            let (collection, name) = path.rsplit_once('/')?;
            return self.objects.get(collection)?.get(&(String::new(), name.to_owned())).cloned();
        };
        let from: usize = from.map_or(0, |from| from.parse().unwrap());
        let limit: usize = limit.map_or(usize::MAX, |limit| limit.parse().unwrap());
        let items: Vec<&Value> = objects.values().skip(from).take(limit).collect();
        let mut metadata = json!({"resourceVersion": self.version.to_string()});
        if from + items.len() < objects.len() {
            metadata["continue"] = (from + items.len()).to_string().into();
        }
        Some(json!({"metadata": metadata, "items": items}))
    }
}

/// Group, version and plural.
fn parts(path: &str) -> (&str, &str, &str) {
    let mut parts = path.trim_start_matches("/apis/").trim_start_matches("/api/").rsplit('/');
    let (plural, version) = (parts.next().unwrap(), parts.next().unwrap());
    (parts.next().unwrap_or_default(), version, plural)
}

fn identity(object: &Value) -> (String, String) {
    let text = |key: &str| object["metadata"][key].as_str().unwrap_or_default().to_owned();
    (text("namespace"), text("name"))
}

fn status(code: u16) -> Value {
    json!({"kind": "Status", "status": "Failure", "code": code, "reason": "Test", "message": "the test says so"})
}

fn failure(code: u16) -> Response<Body> {
    Response::builder().status(code).body(Body::from(status(code).to_string())).unwrap()
}

pub(super) fn namespace(name: &str) -> Value {
    json!({"metadata": {"name": name, "labels": {"kubernetes.io/metadata.name": name}}})
}

pub(super) fn named(namespace: &str, name: &str) -> Value {
    json!({"metadata": {"namespace": namespace, "name": name}})
}
