//! Certificates that change under traffic.

use std::sync::atomic::{AtomicBool, Ordering};

use guard_webhook::listener::Limits;

use crate::{
    certificate::{Issued, issue},
    client,
    server::{Serving, assert_echo, serve},
};

/// Connects until the certificate is this one.
async fn until_served(serving: &Serving, known: &[&Issued], expected: &Issued) {
    let roots: Vec<_> = known.iter().map(|issued| issued.der.clone()).collect();
    loop {
        let stream = client::tls(serving.address, &roots, "http/1.1").await.unwrap();
        let served = stream.get_ref().1.peer_certificates().unwrap()[0].clone();
        let mut client = client::Client::http1(stream).await;
        assert_echo(&mut client).await;
        if served == expected.der {
            return;
        }
    }
}

#[tokio::test]
async fn two_rotations_in_a_row_under_kept_connections_fail_no_request() {
    let serving = serve(Limits::default()).await;
    let (mut kept, mut multiplexed) = (serving.http1().await, serving.http2().await);
    let rotated = [issue(), issue()];
    let known = [&serving.issued, &rotated[0], &rotated[1]];
    for (version, issued) in ["second", "third"].into_iter().zip(&rotated) {
        issued.mount(serving.folder.path(), version);
        let served = AtomicBool::new(false);
        let traffic = async {
            while !served.load(Ordering::Relaxed) {
                assert_echo(&mut kept).await;
                assert_echo(&mut multiplexed).await;
            }
        };
        let rotation = async {
            until_served(&serving, &known, issued).await;
            served.store(true, Ordering::Relaxed);
        };
        tokio::join!(traffic, rotation);
    }
    assert_echo(&mut kept).await;
    assert_echo(&mut multiplexed).await;
}
