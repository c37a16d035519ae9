//! Clients that mean no good: each of them is bounded, and nobody else is held up by it.
//!
//! Time is the test's: it moves by [`advance`] alone, as long as [`hold_clock`]'s value lives.

use std::{sync::mpsc, time::Duration};

use guard_webhook::{listener::Limits, metrics::Closed};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::advance,
};

use crate::server::{Event, Serving, assert_echo, serve};

const LIMITS: Limits = Limits {
    connections: 1000,
    first_request: Duration::from_secs(10),
    idle: Duration::from_secs(300),
    drain: Duration::from_secs(15),
};

/// A paused clock does not move on its own while a blocking task runs.
fn hold_clock() -> mpsc::Sender<()> {
    let (hold, held) = mpsc::channel();
    tokio::task::spawn_blocking(move || held.recv());
    hold
}

async fn next(serving: &mut Serving) -> Event {
    serving.events.recv().await.unwrap()
}

/// The server has closed: an end, or a reset.
async fn assert_closed(stream: &mut (impl tokio::io::AsyncRead + Unpin)) {
    let mut rest = Vec::new();
    let ended = stream.read_to_end(&mut rest).await;
    assert!(ended.is_err() || rest.is_empty(), "{}", String::from_utf8_lossy(&rest));
}

#[tokio::test(start_paused = true)]
async fn half_open_tls_holds_up_nobody_and_is_closed_when_its_time_is_over() {
    let _clock = hold_clock();
    let mut serving = serve(LIMITS).await;
    let mut silent = TcpStream::connect(serving.address).await.unwrap();
    let mut half = TcpStream::connect(serving.address).await.unwrap();
    // The head of a ClientHello of 512 bytes, and no more.
    half.write_all(&[22, 3, 1, 2, 0, 1, 0, 1, 252]).await.unwrap();
    serving.assert_served().await;
    assert_eq!(next(&mut serving).await, Event::Closed(None));
    advance(LIMITS.first_request).await;
    for stream in [&mut silent, &mut half] {
        assert_closed(stream).await;
        assert_eq!(next(&mut serving).await, Event::Closed(Some(Closed::TimedOut)));
    }
}

#[tokio::test(start_paused = true)]
async fn slow_loris_is_closed_when_its_time_is_over_though_bytes_keep_coming() {
    let _clock = hold_clock();
    let mut serving = serve(LIMITS).await;
    let mut loris = serving.connect("http/1.1").await;
    for byte in b"POST /ec" {
        loris.write_all(&[*byte]).await.unwrap();
        advance(Duration::from_secs(1)).await;
        serving.assert_served().await;
        assert_eq!(next(&mut serving).await, Event::Closed(None));
    }
    advance(Duration::from_secs(2)).await;
    assert_closed(&mut loris).await;
    assert_eq!(next(&mut serving).await, Event::Closed(Some(Closed::TimedOut)));
}

#[tokio::test(start_paused = true)]
async fn a_second_request_that_comes_byte_by_byte_is_bounded_too() {
    let _clock = hold_clock();
    let mut serving = serve(LIMITS).await;
    let mut loris = serving.connect("http/1.1").await;
    loris.write_all(b"POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nhi").await.unwrap();
    let mut answer = [0; 15];
    loris.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    advance(LIMITS.idle - Duration::from_secs(1)).await;
    loris.write_all(b"POST").await.unwrap();
    advance(Duration::from_secs(1)).await;
    assert_eq!(next(&mut serving).await, Event::Closed(Some(Closed::TimedOut)));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_never_reads_is_closed_when_its_time_is_over() {
    let _clock = hold_clock();
    let mut serving = serve(LIMITS).await;
    let mut deaf = serving.connect("http/1.1").await;
    deaf.write_all(b"POST /huge HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n").await.unwrap();
    serving.begun.acquire().await.unwrap().forget();
    serving.assert_served().await;
    assert_eq!(next(&mut serving).await, Event::Closed(None));
    advance(LIMITS.idle).await;
    assert_eq!(next(&mut serving).await, Event::Closed(Some(Closed::TimedOut)));
}

#[tokio::test]
async fn what_is_no_tls_and_what_is_no_http_is_closed() {
    let mut serving = serve(LIMITS).await;
    let mut plain = TcpStream::connect(serving.address).await.unwrap();
    plain.write_all(b"POST /echo HTTP/1.1\r\n\r\n").await.unwrap();
    assert_eq!(next(&mut serving).await, Event::Closed(Some(Closed::HandshakeFailed)));
    let mut garbage = serving.connect("http/1.1").await;
    garbage.write_all(b"\0\0\0\0\r\n\r\n").await.unwrap();
    assert_eq!(next(&mut serving).await, Event::Closed(Some(Closed::Broken)));
    let mut endless = serving.connect("http/1.1").await;
    endless.write_all(b"POST /echo HTTP/1.1\r\nx: ").await.unwrap();
    // More than a head may have: the writing may fail before all of it is out.
    let _ = endless.write_all(&vec![b'x'; 1 << 20]).await;
    assert_eq!(next(&mut serving).await, Event::Closed(Some(Closed::Broken)));
    serving.assert_served().await;
}

#[tokio::test]
async fn a_thousand_idle_connections_are_bounded_by_the_cap_and_a_new_one_is_always_served() {
    let mut serving = serve(Limits { connections: 50, ..LIMITS }).await;
    let mut idle = Vec::new();
    for _ in 0..1000 {
        idle.push(TcpStream::connect(serving.address).await.unwrap());
    }
    let mut client = serving.http1().await;
    assert_echo(&mut client).await;
    for _ in 0..951 {
        assert_eq!(next(&mut serving).await, Event::Closed(Some(Closed::Evicted)));
    }
    assert!(serving.events.try_recv().is_err(), "more were closed than had to be");
    assert_echo(&mut client).await;
}

#[tokio::test]
async fn a_connection_whose_request_is_judged_is_never_closed_for_another() {
    let mut serving = serve(Limits { connections: 1, ..LIMITS }).await;
    let mut client = serving.http1().await;
    let judged = tokio::spawn(async move { client.post("/wait", "").await });
    serving.begun.acquire().await.unwrap().forget();
    let mut refused = TcpStream::connect(serving.address).await.unwrap();
    assert_eq!(next(&mut serving).await, Event::Refused);
    assert_closed(&mut refused).await;
    serving.release.add_permits(1);
    assert_eq!(judged.await.unwrap().unwrap().body().as_ref(), b"waited");
}
