//! A server for tests: the listener, with a router that does what its test says.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
    routing::post,
};
use guard_webhook::{
    health::Readiness,
    listener::{Bound, Limits, Observer, Place, Server},
    metrics::Closed,
    shutdown::{Stage, Stages},
    tls::{self, Current, Follower},
};
use rustls::pki_types::CertificateDer;
use tokio::{
    sync::{Semaphore, mpsc, watch},
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

use crate::{
    certificate::{self, Issued},
    client::{self, Client},
};

/// What became of a connection.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Closed(Option<Closed>),
    Refused,
}

struct Events(mpsc::UnboundedSender<Event>);

impl Observer for Events {
    fn opened(&self) {}

    fn closed(&self, early: Option<Closed>) {
        // The test may be over.
        let _ = self.0.send(Event::Closed(early));
    }

    fn refused(&self) {
        let _ = self.0.send(Event::Refused);
    }
}

/// A running server.
pub(crate) struct Serving {
    pub(crate) address: SocketAddr,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) issued: Issued,
    pub(crate) stage: watch::Sender<Stage>,
    pub(crate) events: mpsc::UnboundedReceiver<Event>,
    pub(crate) running: JoinHandle<()>,
    /// `/wait` is judged until it gets a permit.
    pub(crate) release: Arc<Semaphore>,
    /// One permit for each request that has come to `/wait` or `/huge`.
    pub(crate) begun: Arc<Semaphore>,
}

/// Serves over TLS, with these limits.
pub(crate) async fn serve(limits: Limits) -> Serving {
    let (folder, issued) = (tempfile::tempdir().unwrap(), certificate::issue());
    issued.mount(folder.path(), "first");
    let (current, readiness) = (Arc::new(Current::default()), Readiness::default());
    let follower = Follower::new(folder.path().to_owned(), Arc::clone(&current), |_| {});
    tokio::spawn(follower.run(readiness.expect("certificate")));
    readiness.reached().await;

    let (release, begun) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (stage, stages) = Stages::new();
    let (sender, events) = mpsc::unbounded_channel();
    let server = Server {
        tls: Some(TlsAcceptor::from(Arc::new(tls::server_config(current).unwrap()))),
        router: router(&release, &begun),
        limits,
        stages,
        observer: Arc::new(Events(sender)),
    };
    let bound = Bound::new("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = bound.address();
    let running = tokio::spawn(server.run(bound.listen().unwrap()));
    Serving { address, folder, issued, stage, events, running, release, begun }
}

fn router(release: &Arc<Semaphore>, begun: &Arc<Semaphore>) -> Router {
    let (release, waiting, huge) = (Arc::clone(release), Arc::clone(begun), Arc::clone(begun));
    let wait = async move |request: Request| -> Response {
        let place = Arc::clone(request.extensions().get::<Arc<Place>>().unwrap());
        let _judging = place.judging();
        waiting.add_permits(1);
        release.acquire().await.unwrap().forget();
        "waited".into_response()
    };
    let huge = async move || {
        huge.add_permits(1);
        Body::from(vec![b'x'; 64 << 20])
    };
    Router::new()
        .route("/echo", post(async |body: String| body))
        .route("/wait", post(wait))
        .route("/huge", post(huge))
}

impl Serving {
    pub(crate) async fn connect(
        &self,
        protocol: &str,
    ) -> tokio_rustls::client::TlsStream<tokio::net::TcpStream> {
        client::tls(self.address, &self.roots(), protocol).await.unwrap()
    }

    pub(crate) async fn http1(&self) -> Client {
        Client::http1(self.connect("http/1.1").await).await
    }

    pub(crate) async fn http2(&self) -> Client {
        Client::http2(self.connect("h2").await).await
    }

    /// A client works: what `/echo` is sent comes back.
    pub(crate) async fn assert_served(&self) {
        assert_echo(&mut self.http1().await).await;
    }

    fn roots(&self) -> [CertificateDer<'static>; 1] {
        [self.issued.der.clone()]
    }
}

/// The client's connection still works.
pub(crate) async fn assert_echo(client: &mut Client) {
    let response = client.post("/echo", "hello").await.unwrap();
    assert_eq!((response.status().as_u16(), response.body().as_ref()), (200, b"hello".as_slice()));
}
