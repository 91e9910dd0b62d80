//! A provider whose certificate is not what it should be, met by the real program: said in words, nothing sent, the key
//! kept back. The trusted root is the test's own, named by `SSL_CERT_FILE`, so only the certificate itself is at fault.

use std::io::Read;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;

use crate::home::{Home, Said};

const KEY: &str = "sk_kept_back_0123456789abcdef";

/// A server with a certificate from an authority of its own, and where that authority's certificate is.
struct Tls {
    address: SocketAddr,
    /// Bytes that anyone told it after the handshake.
    told: Arc<AtomicUsize>,
    root: String,
    _folder: TempDir,
}

impl Tls {
    fn with(leaf: CertificateParams) -> Self {
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority_key = KeyPair::generate().unwrap();
        let root = authority.self_signed(&authority_key).unwrap();
        let leaf_key = KeyPair::generate().unwrap();
        let chain = vec![leaf.signed_by(&leaf_key, &Issuer::new(authority, authority_key)).unwrap().der().clone()];
        let key = PrivateKeyDer::try_from(leaf_key.serialize_der()).unwrap();
        let ring = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(ring).with_safe_default_protocol_versions().unwrap();
        let config = Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap());

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("root.pem");
        std::fs::write(&path, pem(root.der())).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, told) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
        let heard = Arc::clone(&told);
        // Ends with the test's process; it waits for connections until then.
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
                let mut stream = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream);
                // The handshake fails here, or the request arrives.
                if let Ok(read) = stream.read(&mut [0; 4_096]) {
                    heard.fetch_add(read, Ordering::SeqCst);
                }
            }
        });
        Self { address, told, root: path.display().to_string(), _folder: folder }
    }

    fn connected(&self, home: &Home, host: &str) -> Said {
        let url = format!("https://{host}:{}/api/v1", self.address.port());
        home.pipe_with(KEY, &["connect", "late", "--base-url", &url], &[("SSL_CERT_FILE", &self.root)])
    }
}

fn pem(der: &[u8]) -> String {
    use base64::Engine as _;
    let text = base64::prelude::BASE64_STANDARD.encode(der);
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
}

fn unconnected() -> Home {
    let home = Home::new();
    home.write_config("timezone = \"UTC\"\nkeys = \"file\"\n");
    home
}

/// It was said what is wrong, nobody was told anything, and the key is nowhere.
fn kept_back(tls: &Tls, home: &Home, said: Said, words: &[&str]) {
    let said = said.ended(3).says(words);
    assert!(!said.err.contains(KEY) && !said.out.contains(KEY), "{said:?}");
    assert_eq!(tls.told.load(Ordering::SeqCst), 0, "nothing was sent");
    let config = std::fs::read_to_string(home.config()).unwrap();
    assert!(!config.contains("account"), "{config}");
    assert!(!home.data().join("keys.fernet").exists(), "no key is kept");
}

#[test]
fn an_expired_certificate_is_said_and_nothing_is_sent() {
    let mut leaf = CertificateParams::new(vec!["127.0.0.1".into()]).unwrap();
    (leaf.not_before, leaf.not_after) = (date_time_ymd(2019, 3, 1), date_time_ymd(2020, 3, 1));
    let (tls, home) = (Tls::with(leaf), unconnected());
    let said = tls.connected(&home, "127.0.0.1");
    kept_back(&tls, &home, said, &["certificate", "expired on 1 Mar 2020", "nothing was sent", "clock"]);
}

#[test]
fn a_certificate_of_somebody_else_is_said_and_nothing_is_sent() {
    let leaf = CertificateParams::new(vec!["somebody.example".into()]).unwrap();
    let (tls, home) = (Tls::with(leaf), unconnected());
    let said = tls.connected(&home, "127.0.0.1");
    kept_back(&tls, &home, said, &["certificate", "another name", "nothing was sent", "base_url"]);
}

#[test]
fn the_same_server_with_a_good_certificate_is_told() {
    let leaf = CertificateParams::new(vec!["127.0.0.1".into()]).unwrap();
    let (tls, home) = (Tls::with(leaf), unconnected());
    // It hangs up after the request: the point is that the request came.
    let said = tls.connected(&home, "127.0.0.1");
    assert!(said.code != 0 && !said.err.contains("certificate"), "{said:?}");
    assert!(tls.told.load(Ordering::SeqCst) > 0);
}
