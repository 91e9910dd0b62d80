//! `runsheet connect` and `runsheet disconnect`.

use std::io::{self, IsTerminal, Read, Write};

use secrecy::ExposeSecret;
use serde_json::json;

use crate::clock::Clock;
use crate::desk::{Connector, Desk};
use crate::domain::authorise::{Door, Joining, LOOK_EVERY};
use crate::domain::channel::Network;
use crate::domain::connect::{Connected, Kept, KeyWish, NotConnected, Offer, Wish};
use crate::domain::ids::IdSource;
use crate::domain::naming::full_name;
use crate::domain::secret::Secret;
use crate::session::aside::say;
use crate::session::connect::Switchboard;
use crate::session::{self, Purpose};
use crate::text::clean;

use super::args::{Args, ConnectArgs};
use super::output::Output;
use super::{Ending, Result, Stop};

/// No key is as long as this; more is no key but the wrong file.
const LONGEST: u64 = 64 * 1024;

/// Says what is needed, takes the key, tries it, and keeps the account when it works.
pub async fn run(wanted: ConnectArgs, args: &Args, clock: Clock, output: &Output) -> Result<Ending> {
    if let Some(words) = &wanted.channel {
        return channel(words, &wanted, args, clock, output).await;
    }
    if args.demo {
        return Err(Stop::Words(
            "the demo has its accounts, and leads nowhere else; leave --demo out to connect yours".into(),
        ));
    }
    let switchboard = Switchboard::of(&args.session(), clock)?;
    let offers = switchboard.offers();
    let offer = offers.iter().find(|offer| offer.provider == wanted.provider);
    let offer = offer.ok_or_else(|| Stop::Words(format!("there is no provider \"{}\"", wanted.provider)))?;
    say!("{} needs {}: {}", offer.name, offer.needs, offer.dashboard);
    let wish = Wish {
        provider: wanted.provider,
        account: wanted.name.unwrap_or_default(),
        base_url: wanted.base_url,
        key: key(wanted.key_env, offer)?,
    };
    match switchboard.connect(&wish).await {
        Ok(connected) => {
            answer(&connected, &switchboard, output)?;
            Ok(Ending::Done)
        }
        Err(error) => {
            say!("runsheet: {}", error.words);
            Ok(if error.unreachable { Ending::Unreachable } else { Ending::Refused })
        }
    }
}

fn answer(connected: &Connected, switchboard: &Switchboard, output: &Output) -> Result<()> {
    let config = &switchboard.paths().config;
    if output.is_json() {
        let (word, variable) = match &connected.kept {
            Kept::Keyring => ("keyring", None),
            Kept::File(_) => ("file", None),
            Kept::Variable(variable) => ("environment", Some(variable)),
        };
        return output.value(&json!({
            "account": connected.account.as_str(),
            "provider": connected.provider,
            "identity": connected.identity,
            "channels": connected.channels,
            "key": {"source": word, "variable": variable},
            "renewed": connected.renewed,
            "config": config,
        }));
    }
    output.line(&clean::one_line(&connected.line()))?;
    let done = if connected.renewed { "renewed" } else { "added" };
    say!("account \"{}\" is {done} in {}; {}", connected.account, config.display(), connected.key_line());
    say!("`runsheet sync` fetches its posts, and `runsheet` opens the calendar");
    Ok(())
}

/// Where the key comes from: the variable that was named, the usual one after asking, the keyboard, or standard input.
fn key(variable: Option<String>, offer: &Offer) -> Result<KeyWish> {
    if let Some(variable) = variable {
        return Ok(KeyWish::Variable(variable));
    }
    if !io::stdin().is_terminal() {
        return piped(offer);
    }
    if offer.set && agreed(&offer.variable)? {
        return Ok(KeyWish::Variable(offer.variable.clone()));
    }
    // Before the prompt: what is pasted as soon as it stands there must not show either.
    let _quiet = Quiet::begin();
    let typed = rpassword::prompt_password("Key (it is not shown): ");
    let typed = typed.map_err(|error| Stop::Words(format!("no key was typed ({error}); nothing was kept")))?;
    Ok(KeyWish::Typed(Secret::new(typed)))
}

/// The terminal does not show what is typed as long as this lives.
#[cfg(unix)]
struct Quiet(rustix::termios::Termios);

#[cfg(unix)]
impl Quiet {
    fn begin() -> Option<Self> {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let before = tcgetattr(io::stdin()).ok()?;
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL);
        tcsetattr(io::stdin(), OptionalActions::Now, &quiet).ok()?;
        Some(Self(before))
    }
}

#[cfg(unix)]
impl Drop for Quiet {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing back.
        let _ = rustix::termios::tcsetattr(io::stdin(), rustix::termios::OptionalActions::Now, &self.0);
    }
}

/// Elsewhere the prompt itself takes care of it.
#[cfg(not(unix))]
struct Quiet;

#[cfg(not(unix))]
impl Quiet {
    fn begin() -> Option<Self> {
        Some(Self)
    }
}

fn piped(offer: &Offer) -> Result<KeyWish> {
    let mut text = String::new();
    let read = io::stdin().lock().take(LONGEST).read_to_string(&mut text);
    let secret = Secret::new(text);
    read.map_err(|_| Stop::Words("standard input is no text, and so no key; nothing was kept".into()))?;
    if secret.is_blank() {
        let set = if offer.set { "it is set" } else { "set it first" };
        return Err(Stop::Words(format!(
            "no key on standard input; give it there, or name the variable that holds it: --key-env {} ({set})",
            offer.variable
        )));
    }
    Ok(KeyWish::Typed(secret))
}

fn agreed(variable: &str) -> Result<bool> {
    // Unread, it is answered like any other: by what comes on stdin.
    let _ = write!(io::stderr(), "{variable} is set in the environment. Use it? [Y/n] ");
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).map_err(|error| Stop::Words(format!("no answer: {error}")))?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes") && answer.ends_with('\n'))
}

/// Prints the link at which a channel is connected, and waits for the channel where that is wanted.
async fn channel(words: &str, wanted: &ConnectArgs, args: &Args, clock: Clock, output: &Output) -> Result<Ending> {
    let mut session = session::open(&args.session(), clock, IdSource::random(), Purpose::Reads).await?;
    for off in &session.off {
        say!("{}: {}", off.account, off.words);
    }
    session.seed_demo().await?;
    let desk = &session.desk;
    let door = door(desk.doors(), &wanted.provider, wanted.name.as_deref())?;
    let joining = joining(desk, &door, words).await?;
    let opened = match desk.authorise(&joining).await {
        Ok(opened) => opened,
        Err(error) => return Ok(said(&error)),
    };
    let link = opened.link.text().expose_secret();
    let told = json!({"account": door.account.as_str(), "network": joining.network.key(), "link": link});
    if !wanted.wait {
        if output.is_json() {
            output.value(&told)?;
        } else {
            output.line(link)?;
            say!("open it in a browser and agree there; `runsheet sync` then shows the channel");
        }
        return Ok(Ending::Done);
    }
    // Of JSON there is one value, at the end: until then the link is for a person to read.
    if output.is_json() {
        say!("{link}");
    } else {
        output.line(link)?;
    }
    say!("open it in a browser and agree there; waiting for the channel (Ctrl-c stops waiting)");
    let channel = loop {
        desk.sleep(LOOK_EVERY).await;
        match desk.arrived(&opened).await {
            Ok(Some(channel)) => break channel,
            // What may pass by itself is waited out.
            Err(error) if !error.unreachable => return Ok(said(&error)),
            Ok(None) | Err(_) if desk.now() >= opened.until => {
                say!("runsheet: nobody agreed in time, and the channel has not come; nothing was changed");
                return Ok(Ending::Refused);
            }
            Ok(None) | Err(_) => {}
        }
    };
    if output.is_json() {
        output.value(&super::output::channel(&channel, desk.zone()))?;
    } else {
        output.line(&format!("ok: {} is here", clean::one_line(&full_name(&channel))))?;
    }
    Ok(Ending::Done)
}

fn said(error: &NotConnected) -> Ending {
    say!("runsheet: {}", error.words);
    if error.unreachable { Ending::Unreachable } else { Ending::Refused }
}

/// The account that is meant: by its name, else the only one at the provider.
fn door(doors: Vec<Door>, provider: &str, name: Option<&str>) -> Result<Door> {
    let mut fits: Vec<Door> = doors
        .into_iter()
        .filter(|door| door.provider == provider && name.is_none_or(|name| door.account.as_str() == name))
        .collect();
    match (fits.pop(), fits.is_empty()) {
        (Some(door), true) => Ok(door),
        (None, _) => Err(Stop::Words(format!(
            "there is no account{} at {provider} that works; `runsheet connect {provider}` connects one",
            name.map(|name| format!(" \"{name}\"")).unwrap_or_default()
        ))),
        (Some(last), false) => {
            fits.push(last);
            let names: Vec<&str> = fits.iter().map(|door| door.account.as_str()).collect();
            Err(Stop::Words(format!(
                "there are several accounts at {provider}: say --name {}",
                names.join(" or --name ")
            )))
        }
    }
}

/// A new channel on a network, or one that is there and authorised anew.
async fn joining(desk: &Desk, door: &Door, words: &str) -> Result<Joining> {
    let network = Network::from_word(words);
    if network.is_known() || door.networks.contains(&network) {
        return Ok(Joining { account: door.account.clone(), network, renews: None });
    }
    let channel = desk.channel(words).await?;
    if channel.account != door.account {
        return Err(Stop::Words(format!("{} is not a channel of \"{}\"", full_name(&channel), door.account)));
    }
    Ok(Joining { account: channel.account, network: channel.network, renews: Some(channel.remote) })
}

/// Takes an account out of the configuration and forgets its key; its posts stay.
pub async fn disconnect(account: &str, args: &Args, clock: Clock, output: &Output) -> Result<Ending> {
    let switchboard = Switchboard::of(&args.session(), clock)?;
    let gone = match switchboard.disconnect(account).await {
        Ok(gone) => gone,
        Err(error) => return Err(Stop::Words(error.words)),
    };
    if gone.named {
        say!("[[failover]] still names \"{}\": take it out of there too", gone.account);
    }
    if output.is_json() {
        let keys: Vec<&str> = gone.keys.iter().map(|source| source.word()).collect();
        output.value(&json!({"account": gone.account.as_str(), "forgotten": keys}))?;
        return Ok(Ending::Done);
    }
    let key = if gone.keys.is_empty() { "no key was kept for it" } else { "its key is forgotten" };
    output
        .line(&format!("account \"{}\" is taken out; {key}; its posts stay here and at the provider", gone.account))?;
    Ok(Ending::Done)
}
