//! Why a server's certificate is not believed, in words. Nothing was sent by then: the handshake comes first.

use std::error::Error;

use chrono::DateTime;
use rustls::CertificateError;

/// What is wrong with the certificate of `host`, where that is why nothing came of a connection.
pub(super) fn refusal(host: &str, error: &(dyn Error + 'static)) -> Option<String> {
    let day = |seconds: u64| {
        let at = i64::try_from(seconds).ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
        at.map_or(String::new(), |at| format!(" on {}", at.format("%-d %b %Y")))
    };
    let renew = "whoever runs it has to renew it, or the clock of this machine is wrong";
    let what = match fault(error)? {
        CertificateError::Expired => format!("expired: {renew}"),
        CertificateError::ExpiredContext { not_after, .. } => format!("expired{}: {renew}", day(not_after.as_secs())),
        CertificateError::NotValidYet => format!("is not valid yet: {renew}"),
        CertificateError::NotValidYetContext { not_before, .. } => {
            format!("is only valid from{}: {renew}", day(not_before.as_secs()).replace(" on", ""))
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "is for another name: check base_url".into()
        }
        CertificateError::UnknownIssuer => {
            "is from an authority that this machine does not trust: check base_url, and who is between here and there"
                .into()
        }
        CertificateError::Revoked => "was revoked: whoever runs it has to get a new one".into(),
        _ => return None,
    };
    Some(format!("the certificate of {host} {what}; nothing was sent"))
}

/// The verifier's verdict, somewhere below the layers of the client.
fn fault<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a CertificateError> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(rustls::Error::InvalidCertificate(fault)) = error.downcast_ref() {
            return Some(fault);
        }
        // An I/O error hides what it carries from `source`.
        let carried = error.downcast_ref::<std::io::Error>().and_then(|io| io.get_ref());
        next = match carried {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}
