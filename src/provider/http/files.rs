//! Sending a file: streamed, with its length said beforehand, for as long as it moves.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::stream;
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{Body, Method};
use tokio::fs::File;
use tokio::io::AsyncReadExt;
use tokio::sync::watch;
use tokio::time::timeout;
use url::Url;

use super::{Answer, Http, Purpose, kind_of};
use crate::provider::address::may_lead_to;
use crate::provider::upload::{LocalFile, Progress};
use crate::provider::{Again, Kind, ProviderError, Reach, Result};

/// How much of a file is read at once, in bytes.
const PIECE: usize = 64 * 1024;

/// Where a file goes.
#[derive(Clone, Copy, Debug)]
pub enum Destination<'a> {
    /// A path below the base, with our key.
    Below(&'a str),
    /// A signed address of a storage, which must not see our key. https, or loopback where the base is.
    Signed(&'a str),
}

impl Http {
    /// Sends `file` with `method` and `headers` (the content type among them), and reads the answer. Nothing becomes
    /// public by it: an upload that got lost is simply made again. Fails when nothing moves for too long.
    pub async fn send_file(
        &self,
        method: &str,
        to: Destination<'_>,
        headers: &[(String, String)],
        file: &LocalFile,
        progress: Progress<'_>,
    ) -> Result<Answer> {
        let mut request = self.addressed(method, to, headers)?;
        let (moved, mut moves) = watch::channel(0);
        let spoiled = Arc::new(Mutex::new(None));
        let body = read(file, moved, Arc::clone(&spoiled)).await?;
        let headers = request.headers_mut();
        headers.insert(CONTENT_LENGTH, HeaderValue::from(file.bytes));
        if let Ok(mime) = HeaderValue::from_str(&file.mime) {
            headers.entry(CONTENT_TYPE).or_insert(mime);
        }
        *request.body_mut() = Some(body);
        let client = self.client()?;
        if matches!(to, Destination::Below(_)) {
            self.take_turn(Purpose::Read).await;
        }
        self.keep_pace().await?;
        if matches!(to, Destination::Below(_)) {
            self.spend(Purpose::Read).await?;
        }
        let silence = self.limits.upload;
        let exchange = async {
            let response = client.execute(request).await.map_err(|error| self.lost(Purpose::Read, error))?;
            self.judge(to, response).await
        };
        tokio::pin!(exchange);
        let mut watching = true;
        let outcome = loop {
            tokio::select! {
                outcome = &mut exchange => break outcome,
                step = timeout(silence, moves.changed()), if watching => match step {
                    Ok(Ok(())) => progress(*moves.borrow_and_update()),
                    // All of it has left: now the answer may take its time.
                    Ok(Err(_)) => watching = false,
                    Err(_) => break Err(self.silent(Purpose::Read, silence)),
                },
                () = tokio::time::sleep(self.limits.whole), if !watching => {
                    break Err(self.silent(Purpose::Read, self.limits.whole));
                }
            }
        };
        match spoiled.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(words) => Err(unreadable(file, &words)),
            None => outcome,
        }
    }

    fn addressed(&self, method: &str, to: Destination<'_>, headers: &[(String, String)]) -> Result<reqwest::Request> {
        match to {
            Destination::Below(path) => {
                let call = super::Call { method, path, query: &[], headers, body: None, purpose: Purpose::Read };
                self.request(&call)
            }
            Destination::Signed(address) => {
                let refused = |words: &str| ProviderError::new(Kind::Malformed, Reach::Answered, Again::Never, words);
                let url = Url::parse(address).map_err(|_| refused("the address for the upload is no address"))?;
                if !may_lead_to(&url, self.base.is_loopback()) {
                    return Err(refused("the address for the upload is not https; nothing was sent"));
                }
                let method = Method::from_bytes(method.as_bytes()).map_err(|_| refused("an unusable method"))?;
                let mut request = reqwest::Request::new(method, url);
                for (name, value) in headers {
                    let named = HeaderName::from_bytes(name.as_bytes()).ok().filter(|name| *name != AUTHORIZATION);
                    if let (Some(name), Ok(value)) = (named, HeaderValue::from_str(value)) {
                        request.headers_mut().insert(name, value);
                    }
                }
                Ok(request)
            }
        }
    }

    /// A storage answers in XML or with nothing: only its status counts.
    async fn judge(&self, to: Destination<'_>, response: reqwest::Response) -> Result<Answer> {
        let status = response.status().as_u16();
        if matches!(to, Destination::Below(_)) {
            return self.read(Purpose::Read, response).await;
        }
        if (200..300).contains(&status) {
            let headers = response.headers().clone();
            return self.verdict(Purpose::Read, status, &headers, b"");
        }
        let again = if status == 403 || status >= 500 { Again::Backoff } else { Again::Never };
        let words = "the storage for uploads refused the file; nothing was posted";
        let mut error = ProviderError::new(kind_of(status), Reach::Answered, again, words);
        error.status = Some(status);
        Err(error)
    }
}

fn unreadable(file: &LocalFile, why: &str) -> ProviderError {
    let words = format!("{} could not be sent: {why}; attach it again", file.name);
    ProviderError::new(Kind::Invalid, Reach::NotSent, Again::Never, words)
}

/// The file as a body that tells how far it is, and stops with words when it is not what it was.
async fn read(file: &LocalFile, moved: watch::Sender<u64>, spoiled: Arc<Mutex<Option<String>>>) -> Result<Body> {
    let open = File::open(&file.path).await.map_err(|error| unreadable(file, &error.to_string()))?;
    let length = open.metadata().await.map_err(|error| unreadable(file, &error.to_string()))?.len();
    if length != file.bytes {
        return Err(unreadable(file, "it has changed since it was attached"));
    }
    let start = (open, moved, file.bytes);
    let pieces = stream::try_unfold(start, move |(mut open, moved, left)| {
        let spoiled = Arc::clone(&spoiled);
        async move {
            if left == 0 {
                return Ok(None);
            }
            let mut piece = vec![0; PIECE.min(usize::try_from(left).unwrap_or(PIECE))];
            let read = match open.read(&mut piece).await {
                Ok(0) => Err(io::Error::other("it ended before its size")),
                read => read,
            };
            let read = read.inspect_err(|error| {
                *spoiled.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.to_string());
            })?;
            piece.truncate(read);
            let left = left.saturating_sub(u64::try_from(read).unwrap_or(left));
            moved.send_modify(|sent| *sent += u64::try_from(read).unwrap_or(0));
            Ok::<_, io::Error>(Some((piece, (open, moved, left))))
        }
    });
    Ok(Body::wrap_stream(pieces))
}
