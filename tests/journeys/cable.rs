//! The way to a provider, which can be interrupted: without it a connection is refused, as on a train.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

pub struct Cable {
    /// Where the program connects to.
    pub near: SocketAddr,
    far: SocketAddr,
    servers: Handle,
    current: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Cable {
    pub fn to(far: SocketAddr, servers: &Handle) -> Self {
        let listener = servers.block_on(TcpListener::bind(("127.0.0.1", 0))).unwrap();
        let near = listener.local_addr().unwrap();
        let mut cable = Self { near, far, servers: servers.clone(), current: None };
        cable.current = Some(cable.carry(listener));
        cable
    }

    fn carry(&self, listener: TcpListener) -> (oneshot::Sender<()>, JoinHandle<()>) {
        let far = self.far;
        let (stop, mut stopped) = oneshot::channel();
        let carrying = self.servers.spawn(async move {
            let mut lines = JoinSet::new();
            loop {
                tokio::select! {
                    _ = &mut stopped => break,
                    accepted = listener.accept() => {
                        let Ok((mut near, _)) = accepted else { break };
                        lines.spawn(async move {
                            if let Ok(mut far) = TcpStream::connect(far).await {
                                let _ = copy_bidirectional(&mut near, &mut far).await;
                            }
                        });
                    }
                }
            }
            lines.shutdown().await;
        });
        (stop, carrying)
    }

    /// When this returns, every connection is closed and nobody listens any more.
    pub fn unplug(&mut self) {
        if let Some((stop, carrying)) = self.current.take() {
            let _ = stop.send(());
            let _ = self.servers.block_on(carrying);
        }
    }

    pub fn plug(&mut self) {
        let listener = self.servers.block_on(TcpListener::bind(self.near)).unwrap();
        self.current = Some(self.carry(listener));
    }
}
