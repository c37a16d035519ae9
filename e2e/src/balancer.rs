//! What a Service is to an API server: one address, behind which are those replicas that are ready.

use std::sync::Arc;

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::webhook::http;

/// Where a replica listens.
#[derive(Debug, Clone, Copy)]
pub struct Replica {
    /// For API servers.
    pub port: u16,
    /// For `/readyz`.
    pub health_port: u16,
}

/// A TCP balancer on loopback. It ends when this is dropped.
#[derive(Debug)]
pub struct Balancer {
    port: u16,
    task: JoinHandle<()>,
}

impl Balancer {
    /// Starts one in front of replicas.
    ///
    /// # Errors
    /// No port is free.
    pub async fn start(replicas: Vec<Replica>) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let replicas = Arc::<[Replica]>::from(replicas);
        let task = tokio::spawn(async move {
            let mut turn = 0;
            while let Ok((client, _)) = listener.accept().await {
                turn += 1;
                tokio::spawn(forward(client, Arc::clone(&replicas), turn));
            }
        });
        Ok(Self { port, task })
    }

    /// Where it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Gives a connection to the next replica that is ready. Without one the client's connection is closed.
async fn forward(mut client: TcpStream, replicas: Arc<[Replica]>, turn: usize) {
    for replica in replicas.iter().cycle().skip(turn % replicas.len().max(1)).take(replicas.len()) {
        let ready = http::get(replica.health_port, "/readyz").await.is_ok_and(|(status, _)| status == 200);
        if ready && let Ok(mut server) = TcpStream::connect(("127.0.0.1", replica.port)).await {
            // Either end may close; the other end learns of it.
            copy_bidirectional(&mut client, &mut server).await.ok();
            return;
        }
    }
}
