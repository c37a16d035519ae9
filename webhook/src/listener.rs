//! Accepts connections, and bounds what a client can cost: time, memory and places.
//!
//! Everything that waits for a client is limited. A handshake with the first request has [`Limits::first_request`], a connection may then
//! be silent for [`Limits::idle`] (longer than kube-apiserver keeps an idle connection, which is 90 seconds, so that it is the one who closes),
//! and a body must come before its request's deadline. Each handshake runs in a task of its own: nobody waits for a stranger.
//!
//! No place is reserved for API servers, since a server cannot tell who calls before it has answered. Instead, where all places are taken a
//! new connection takes the place of the one that has waited longest for its client, be it in a handshake, between two requests or in the
//! middle of a body: slow clients push each other out, and an API server, which sends as soon as it is connected, always finds room. A
//! connection whose request is being judged is never closed for another; only when all are is a new one refused.

mod connection;
mod places;

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::Router;
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

use crate::{
    metrics::{Closed, Metrics, Refusal},
    shutdown::{Stage, Stages},
};
pub use places::{Place, Places};

/// How many connections the kernel holds that were not accepted yet.
const BACKLOG: u32 = 1024;

/// Pause after an accept that failed for want of a resource (file descriptors): the next would fail too.
const BREATH: Duration = Duration::from_millis(50);

/// What a client may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many connections may be open.
    pub connections: usize,
    /// From the connection to the end of the first request's head, handshake included.
    pub first_request: Duration,
    /// Between an answer and the end of the next request's head.
    pub idle: Duration,
    /// How long the last answers may take when the process ends.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 2048,
            first_request: Duration::from_secs(10),
            idle: Duration::from_secs(300),
            drain: Duration::from_secs(15),
        }
    }
}

/// What became of connections, for who counts.
pub trait Observer: Send + Sync + 'static {
    /// One was opened.
    fn opened(&self);
    /// One ended; with the reason where its client did not end it.
    fn closed(&self, early: Option<Closed>);
    /// One was refused: all places are taken by requests that are being judged.
    fn refused(&self);
}

impl Observer for Metrics {
    fn opened(&self) {
        self.connection_opened();
    }

    fn closed(&self, early: Option<Closed>) {
        self.connection_closed(early);
    }

    fn refused(&self) {
        self.connection_refused(Refusal::Full);
    }
}

/// An address that is taken, on which nobody can connect yet.
#[derive(Debug)]
pub struct Bound {
    socket: TcpSocket,
    address: SocketAddr,
}

impl Bound {
    /// Takes an address; port 0 is a free one.
    ///
    /// # Errors
    /// The address is taken, or not this machine's.
    pub fn new(address: SocketAddr) -> io::Result<Self> {
        let socket = match address.ip() {
            IpAddr::V4(_) => TcpSocket::new_v4()?,
            IpAddr::V6(_) => TcpSocket::new_v6()?,
        };
        // A restart must not wait for the last process' connections to be forgotten.
        socket.set_reuseaddr(true)?;
        // A peer that vanished without a word is noticed.
        socket.set_keepalive(true)?;
        socket.bind(address)?;
        let address = socket.local_addr()?;
        Ok(Self { socket, address })
    }

    /// The address, with the port that was found.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Opens it.
    ///
    /// # Errors
    /// The kernel refuses.
    pub fn listen(self) -> io::Result<TcpListener> {
        self.socket.listen(BACKLOG)
    }
}

/// What every connection needs.
#[derive(Clone)]
pub struct Server {
    /// TLS, or plain HTTP.
    pub tls: Option<TlsAcceptor>,
    /// What answers.
    pub router: Router,
    /// What a client may take.
    pub limits: Limits,
    /// How far the end is.
    pub stages: Stages,
    /// Who counts connections.
    pub observer: Arc<dyn Observer>,
}

impl Server {
    /// Serves until the drain is over.
    pub async fn run(self, listener: TcpListener) {
        let places = Places::new(self.limits.connections);
        let mut tasks = JoinSet::new();
        let mut stages = self.stages.clone();
        loop {
            tokio::select! {
                () = stages.reached(Stage::Draining) => break,
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => self.admit(stream, &places, &mut tasks),
                    Err(error) => {
                        tracing::warn!(%error, "a connection could not be accepted");
                        sleep(BREATH).await;
                    }
                },
                Some(_) = tasks.join_next() => {}
            }
        }
        drop(listener);
        let drained = timeout(self.limits.drain, async { while tasks.join_next().await.is_some() {} }).await;
        if drained.is_err() {
            tracing::warn!(connections = tasks.len(), after = ?self.limits.drain, "connections were cut off");
        }
    }

    fn admit(&self, stream: TcpStream, places: &Arc<Places>, tasks: &mut JoinSet<()>) {
        let Some(place) = places.take(self.limits.first_request) else {
            self.observer.refused();
            return;
        };
        self.observer.opened();
        let server = self.clone();
        tasks.spawn(async move {
            let early = server.serve(stream, Arc::new(place)).await.err();
            tracing::debug!(?early, "connection closed");
            server.observer.closed(early);
        });
    }
}

#[cfg(test)]
mod tests;
