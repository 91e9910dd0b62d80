//! The way to a provider, which can be interrupted: without it a connection is refused, as on a train.
//!
//! The port stays this cable's own while nobody listens: a socket that is bound and does not listen refuses connections
//! and keeps others from taking the port meanwhile.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

pub struct Cable {
    /// Where the program connects to.
    pub near: SocketAddr,
    far: SocketAddr,
    servers: Handle,
    current: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
    /// Holds the port from the first moment on; shared by every listener that comes and goes.
    _holder: TcpSocket,
}

impl Cable {
    pub fn to(far: SocketAddr, servers: &Handle) -> Self {
        let holder = shared(SocketAddr::from(([127, 0, 0, 1], 0)));
        let near = holder.local_addr().unwrap();
        let mut cable = Self { near, far, servers: servers.clone(), current: None, _holder: holder };
        cable.plug();
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
        let _inside = self.servers.enter();
        let listener = shared(self.near).listen(64).unwrap();
        self.current = Some(self.carry(listener));
    }
}

/// A socket at `address` that lets others of its kind be there too: the holder and, for a while, a listener.
fn shared(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    // What the last connections left behind must not keep the next listener away.
    socket.set_reuseaddr(true).unwrap();
    #[cfg(unix)]
    socket.set_reuseport(true).unwrap();
    socket.bind(address).unwrap();
    socket
}
