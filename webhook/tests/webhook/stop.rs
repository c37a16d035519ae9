//! The end, in order: nobody's request fails.

use std::time::Duration;

use guard_webhook::{listener::Limits, shutdown::Stage};
use hyper::header::CONNECTION;
use tokio::{net::TcpStream, sync::mpsc};

use crate::{
    client::{self, Client},
    server::{Serving, assert_echo, serve},
};

#[tokio::test]
async fn http_1_1_and_http_2_are_served_and_their_connections_are_kept() {
    let serving = serve(Limits::default()).await;
    for mut client in [serving.http1().await, serving.http2().await] {
        for _ in 0..3 {
            assert_echo(&mut client).await;
        }
    }
}

#[tokio::test]
async fn while_it_leaves_every_answer_of_http_1_1_closes_its_connection_and_new_ones_are_served() {
    let serving = serve(Limits::default()).await;
    let (mut old, mut multiplexed) = (serving.http1().await, serving.http2().await);
    assert_echo(&mut old).await;
    assert_echo(&mut multiplexed).await;
    serving.stage.send_replace(Stage::Leaving);
    let mut new = serving.http1().await;
    for client in [&mut old, &mut new] {
        let response = client.post("/echo", "").await.unwrap();
        assert_eq!(response.headers().get(CONNECTION).unwrap(), "close");
    }
    let response = multiplexed.post("/echo", "").await.unwrap();
    assert!(response.headers().get(CONNECTION).is_none(), "HTTP/2 has no such header");
}

#[tokio::test]
async fn what_has_begun_is_finished_and_nothing_else_is_begun() {
    let serving = serve(Limits::default()).await;
    let Serving { address, stage, running, release, begun, .. } = &serving;
    let mut judged = Vec::new();
    for mut client in [serving.http1().await, serving.http2().await] {
        judged.push(tokio::spawn(async move {
            let waited = client.post("/wait", "").await;
            (waited, client.post("/echo", "").await)
        }));
        begun.acquire().await.unwrap().forget();
    }
    let _idle = serving.http1().await;
    stage.send_replace(Stage::Draining);
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!running.is_finished());
    release.add_permits(2);
    for judged in judged {
        let (first, second) = judged.await.unwrap();
        assert_eq!(first.unwrap().body().as_ref(), b"waited");
        assert!(second.is_err());
    }
    serving.running.await.unwrap();
}

#[tokio::test]
async fn the_drain_is_bounded() {
    let serving = serve(Limits { drain: Duration::from_millis(10), ..Limits::default() }).await;
    let mut client = serving.http1().await;
    let judged = tokio::spawn(async move { client.post("/wait", "").await });
    serving.begun.acquire().await.unwrap().forget();
    serving.stage.send_replace(Stage::Draining);
    serving.running.await.unwrap();
    assert!(judged.await.unwrap().is_err());
}

/// What an API server does: keeps a connection as long as it may, then opens another, as long as the endpoint is known.
async fn traffic(old: &Serving, new: &Serving, answers: mpsc::UnboundedSender<()>) {
    let mut moved = false;
    while !moved {
        let target = if *old.stage.borrow() == Stage::Serving { old } else { new };
        moved = std::ptr::eq(target, new);
        let roots = [target.issued.der.clone()];
        let stream = client::tls(target.address, &roots, "http/1.1").await.unwrap();
        let mut client = Client::http1(stream).await;
        for _ in 0..100 {
            let response = client.post("/echo", "hello").await.unwrap();
            assert_eq!(response.status(), 200);
            // Nobody counts any more.
            let _ = answers.send(());
            if response.headers().contains_key(CONNECTION) {
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_stop_under_traffic_fails_no_request() {
    let (old, new) = (serve(Limits::default()).await, serve(Limits::default()).await);
    let (sender, mut answers) = mpsc::unbounded_channel();
    let clients = async {
        tokio::join!(
            traffic(&old, &new, sender.clone()),
            traffic(&old, &new, sender.clone()),
            traffic(&old, &new, sender.clone()),
            traffic(&old, &new, sender.clone()),
        )
    };
    let stop = async {
        for _ in 0..250 {
            answers.recv().await.unwrap();
        }
        old.stage.send_replace(Stage::Leaving);
    };
    tokio::join!(clients, stop);
    old.stage.send_replace(Stage::Draining);
    old.running.await.unwrap();
}
