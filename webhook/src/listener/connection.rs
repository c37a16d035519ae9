//! One connection, from its handshake to its last answer.

use std::{convert::Infallible, pin::pin, sync::Arc};

use axum::{body::Body, response::Response};
use hyper::{
    Request, Version,
    body::Incoming,
    header::{CONNECTION, HeaderValue},
    server::conn::{http1, http2},
    service::Service,
};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite},
    net::TcpStream,
};

use super::{Place, Server};
use crate::{metrics::Closed, shutdown::Stage};

/// How much of a request's head is read, and of a body at once.
const READ_BUFFER: usize = 64 << 10;

/// How many requests an HTTP/2 connection may carry at once. An API server opens another connection for more.
const STREAMS: u32 = 128;

/// How much of one body may be on its way unread: what a stream of HTTP/2 costs at most.
const STREAM_WINDOW: u32 = 256 << 10;

/// The same for a connection's bodies together.
const CONNECTION_WINDOW: u32 = 1 << 20;

impl Server {
    /// Serves one connection to its end.
    pub(super) async fn serve(&self, stream: TcpStream, place: Arc<Place>) -> Result<(), Closed> {
        // Answers are short: waiting to fill a packet would delay each. A socket that refuses is about to fail anyway.
        let _ = stream.set_nodelay(true);
        let Some(tls) = &self.tls else { return self.serve_http1(stream, place).await };
        let shaken = tokio::select! {
            shaken = tls.accept(stream) => shaken,
            how = place.lost() => return Err(how),
        };
        let mut stream = match shaken {
            Ok(stream) => stream,
            Err(error) => {
                tracing::debug!(%error, "TLS handshake failed");
                return Err(Closed::HandshakeFailed);
            }
        };
        // Whoever says nothing yet costs no HTTP, whose buffers are most of what a connection holds.
        let mut stages = self.stages.clone();
        tokio::select! {
            // What is wrong with the first bytes is told to who reads them.
            _ = stream.fill_buf() => {}
            how = place.lost() => return Err(how),
            () = stages.reached(Stage::Draining) => return Ok(()),
        }
        // Boxed, so that a connection holds the state of one protocol and not the space for both.
        if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
            Box::pin(self.serve_http2(stream, place)).await
        } else {
            Box::pin(self.serve_http1(stream, place)).await
        }
    }

    async fn serve_http1(&self, stream: impl Stream, place: Arc<Place>) -> Result<(), Closed> {
        let service = Answering { server: self.clone(), place: Arc::clone(&place) };
        let mut builder = http1::Builder::new();
        // The place limits the time that a head may take, and the silence between two.
        builder.header_read_timeout(None).max_buf_size(READ_BUFFER);
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        self.to_the_end(pin!(connection), &place, |connection| connection.graceful_shutdown()).await
    }

    async fn serve_http2(&self, stream: impl Stream, place: Arc<Place>) -> Result<(), Closed> {
        let service = Answering { server: self.clone(), place: Arc::clone(&place) };
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW);
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        self.to_the_end(pin!(connection), &place, |connection| connection.graceful_shutdown()).await
    }

    /// Runs a connection until it ends, is lost, or the server drains: then it may finish what it has begun.
    async fn to_the_end<C>(
        &self,
        mut connection: std::pin::Pin<&mut C>,
        place: &Place,
        wind_down: impl Fn(std::pin::Pin<&mut C>),
    ) -> Result<(), Closed>
    where
        C: Future<Output = hyper::Result<()>>,
    {
        let mut stages = self.stages.clone();
        let mut is_draining = false;
        let mut lost = pin!(place.lost());
        loop {
            tokio::select! {
                ended = connection.as_mut() => {
                    return ended.map_err(|_broken| Closed::Broken);
                }
                how = lost.as_mut() => {
                    // A word of farewell, if it can be said at once.
                    wind_down(connection.as_mut());
                    tokio::select! {
                        biased;
                        _ = connection => {}
                        () = std::future::ready(()) => {}
                    }
                    return Err(how);
                }
                () = stages.reached(Stage::Draining), if !is_draining => {
                    is_draining = true;
                    wind_down(connection.as_mut());
                }
            }
        }
    }
}

/// What a connection is made of.
trait Stream: AsyncRead + AsyncWrite + Unpin {}
impl<T: AsyncRead + AsyncWrite + Unpin> Stream for T {}

/// Answers the requests of one connection.
struct Answering {
    server: Server,
    place: Arc<Place>,
}

impl Service<Request<Incoming>> for Answering {
    type Response = Response;
    type Error = Infallible;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        self.place.wait_for_client(self.server.limits.idle);
        let is_http1 = request.version() < Version::HTTP_2;
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Arc::clone(&self.place));
        let answer = tower::Service::call(&mut self.server.router.clone(), request);
        let stages = self.server.stages.clone();
        Box::pin(async move {
            let mut response = answer.await?;
            if is_http1 && stages.current() >= Stage::Leaving {
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Ok(response)
        })
    }
}
