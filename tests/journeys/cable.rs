//! The way to a provider, which can be interrupted: without it a connection is refused, as on a train.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::task::{JoinHandle, JoinSet};

pub struct Cable {
    /// Where the program connects to.
    pub near: SocketAddr,
    far: SocketAddr,
    servers: Handle,
    current: Option<JoinHandle<()>>,
}

impl Cable {
    pub fn to(far: SocketAddr, servers: &Handle) -> Self {
        let listener = servers.block_on(TcpListener::bind(("127.0.0.1", 0))).unwrap();
        let near = listener.local_addr().unwrap();
        let mut cable = Self { near, far, servers: servers.clone(), current: None };
        cable.current = Some(cable.carry(listener));
        cable
    }

    fn carry(&self, listener: TcpListener) -> JoinHandle<()> {
        let far = self.far;
        self.servers.spawn(async move {
            // Dropped with this task, and every connection with it.
            let mut lines = JoinSet::new();
            while let Ok((mut near, _)) = listener.accept().await {
                lines.spawn(async move {
                    if let Ok(mut far) = TcpStream::connect(far).await {
                        let _ = copy_bidirectional(&mut near, &mut far).await;
                    }
                });
            }
        })
    }

    pub fn unplug(&mut self) {
        if let Some(current) = self.current.take() {
            current.abort();
            // Whoever waits for the task's end knows that the port is free.
            let _ = self.servers.block_on(current);
        }
    }

    pub fn plug(&mut self) {
        let listener = self.servers.block_on(TcpListener::bind(self.near)).unwrap();
        self.current = Some(self.carry(listener));
    }
}
