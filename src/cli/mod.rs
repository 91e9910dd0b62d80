//! The shell's door: the same desk as the screen's, without the screen.
//!
//! Data goes to stdout, words to stderr; `--json` is stable.

pub mod args;
mod campaign;
mod channels;
mod check;
mod completions;
mod config;
mod connect;
mod delete;
mod doctor;
mod export;
mod failed;
mod filters;
mod folder;
mod import;
mod lint;
mod list;
mod man;
mod offers;
mod output;
mod post;
mod preview;
mod read_only;
mod remedies;
mod repair;
mod repeat;
mod reschedule;
mod settings;
mod source;
pub mod styles;
mod sync;
mod table;
mod through;

use std::process::ExitCode;

use chrono::{DateTime, Utc};

use crate::clock::Clock;
use crate::desk::{Desk, DeskError};
use crate::domain::background::LightState;
use crate::domain::ids::{IdSource, PostId};
use crate::domain::post::Post;
use crate::domain::schedule::{Resolved, Schedule};
use crate::domain::when::{self, Reading};
use crate::session::aside::say;
use crate::session::{self, Purpose, Session, SessionError};

use args::{Args, Command, FailedCommand, RepeatCommand};
use output::Output;

/// How a command ended: the exit codes of every command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// 0: done.
    Done,
    /// 1: refused.
    Refused,
    /// 2: asked in a way that makes no sense.
    Usage,
    /// 3: a provider could not be reached; what was asked is kept in the outbox.
    Unreachable,
    /// 4: it is not known whether something went through.
    Unknown,
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        Self::from(match ending {
            Ending::Done => 0,
            Ending::Refused => 1,
            Ending::Usage => 2,
            Ending::Unreachable => 3,
            Ending::Unknown => 4,
        })
    }
}

/// Why a command stopped.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// The desk refused, or its store could not.
    #[error("{0}")]
    Desk(#[from] DeskError),
    /// The session could not begin.
    #[error("{0}")]
    Session(#[from] SessionError),
    /// What was typed makes no sense.
    #[error("{0}")]
    Words(String),
    /// Something has to be said that was not, or otherwise.
    #[error("{0}")]
    Usage(String),
    /// Nobody reads the output any more.
    #[error("the output was closed")]
    Closed,
}

impl From<crate::store::StoreError> for Stop {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Desk(error.into())
    }
}

/// What a command answers.
pub type Result<T> = std::result::Result<T, Stop>;

/// Runs one command.
pub async fn run(command: Command, args: &Args, clock: Clock) -> ExitCode {
    let mut output = Output::new(args.json);
    match carry_out(command, args, clock, &mut output).await {
        Ok(ending) => ending.into(),
        Err(Stop::Closed) => ExitCode::SUCCESS,
        Err(stop) => {
            say!("runsheet: {}", remedies::in_the_shell(&stop.to_string()));
            if matches!(stop, Stop::Usage(_)) { Ending::Usage.into() } else { Ending::Refused.into() }
        }
    }
}

/// Each command says what it opens a session for, or opens none.
async fn carry_out(command: Command, args: &Args, clock: Clock, output: &mut Output) -> Result<Ending> {
    if args.read_only && read_only::refuses(&command) {
        return Err(Stop::Words(read_only::WORDS.into()));
    }
    let open = |purpose| opened(args, clock.clone(), purpose);
    match command {
        Command::Completions { shell } => completions::run(shell),
        Command::Man { dir } => man::run(dir.as_deref()),
        Command::Config => config::run(args, output),
        Command::Connect(wanted) => connect::run(wanted, args, clock, output).await,
        Command::Disconnect { account } => connect::disconnect(&account, args, clock, output).await,
        Command::Repair { from, copy } => repair::run(from.as_deref(), copy, args, clock, output).await,
        Command::Doctor { offline } => doctor::run(offline, args, clock, output).await,
        Command::Check(wanted) => check::run(wanted, args, clock, output).await,
        Command::Lint(wanted) => lint::run(wanted, args, clock, output).await,
        Command::Preview(wanted) => preview::run(wanted, args, clock, output).await,
        Command::Style { command } => styles::style(command, args, output),
        Command::Defaults { command } => styles::defaults(command, args, clock, output).await,
        Command::Profile { command } => styles::profile(command, args, output),
        Command::Sync => sync::run(&mut open(Purpose::Sends).await?, output).await,
        Command::Channels { words } => channels::run(&open(Purpose::Reads).await?.desk, words.as_deref(), output).await,
        Command::Settings(wanted) => settings::run(&open(Purpose::Reads).await?.desk, wanted, output).await,
        Command::Delete(wanted) => delete::run(&mut open(sends_if(wanted.yes)).await?, wanted, output).await,
        Command::List { filter, status, network, fresh } => {
            let wanted = list::Wanted { filter, status, network, fresh };
            list::run(&mut open(Purpose::Reads).await?, wanted, output).await
        }
        Command::Show { id } => list::show(&open(Purpose::Reads).await?.desk, &id, output).await,
        Command::Post(wanted) => {
            // A file that cannot be read is said before anything is opened.
            let source = post::source(&wanted)?;
            post::run(&mut open(sends_if(!wanted.dry_run)).await?, wanted, source, output).await
        }
        // What it stores, somebody else sends.
        Command::Import(wanted) => import::run(&mut open(Purpose::Reads).await?, &wanted, output).await,
        Command::Plan(wanted) => folder::plan(&mut open(Purpose::Reads).await?, &wanted, output).await,
        Command::Apply(wanted) => folder::apply(&mut open(Purpose::Sends).await?, &wanted, output).await,
        Command::Export(wanted) => export::run(&open(Purpose::Reads).await?, &wanted, output).await,
        Command::Campaign(wanted) => campaign::run(&mut open(sends_if(!wanted.dry_run)).await?, &wanted, output).await,
        Command::Repeat { command } => {
            let looks = matches!(command, RepeatCommand::List | RepeatCommand::Show { .. });
            repeat::run(&mut open(sends_if(!looks)).await?, command, output).await
        }
        Command::Move { id, when } => {
            reschedule::run(&mut open(Purpose::Sends).await?, &id, &when.join(" "), output).await
        }
        Command::Failed { command: None } => failed::list(&open(Purpose::Reads).await?.desk, output).await,
        Command::Failed { command: Some(command) } => {
            let mut session = open(Purpose::Sends).await?;
            match command {
                FailedCommand::Retry { ids } => failed::retry(&mut session, &ids, output).await,
                FailedCommand::Publish { ids, despite_embargo } => {
                    failed::publish(&mut session, &ids, despite_embargo, output).await
                }
                FailedCommand::Drop { ids } => failed::drop(&mut session, &ids, output).await,
                FailedCommand::Link { ids } => failed::link(&mut session, &ids, output).await,
                FailedCommand::Verify { ids } => failed::verify(&mut session, &ids, output).await,
            }
        }
    }
}

/// Only what sends may take the place of the one instance that does.
fn sends_if(sends: bool) -> Purpose {
    if sends { Purpose::Sends } else { Purpose::Reads }
}

/// A session, begun as every command's is.
async fn opened(args: &Args, clock: Clock, purpose: Purpose) -> Result<Session> {
    let mut session = session::open(&args.session(), clock, IdSource::random(), purpose).await?;
    for off in &session.off {
        say!("{}: {}", off.account, off.words);
    }
    session::log_to(&session.paths, &args.log);
    session.seed_demo().await?;
    Ok(session)
}

/// The one post whose id begins or ends with what was typed.
async fn post_by_id(desk: &Desk, typed: &str) -> Result<Post> {
    let ids = desk.store.posts_by_prefix(typed).await?;
    match ids.as_slice() {
        [id] => {
            let post = desk.store.post(*id).await?;
            post.ok_or_else(|| Stop::Words(format!("there is no post {typed}")))
        }
        [] => Err(Stop::Words(format!("there is no post {typed}; `runsheet list` shows their ids"))),
        several => {
            let names: Vec<String> = several.iter().map(PostId::to_string).collect();
            Err(Stop::Words(format!("{typed} could be {}", names.join(" or "))))
        }
    }
}

/// Holds that today is no day on which nothing goes out, unless somebody said that it shall go out all the same.
async fn no_embargo_today(desk: &Desk, despite: bool) -> Result<()> {
    match desk.embargo_today().await?.filter(|_| !despite) {
        Some(words) => {
            Err(Stop::Words(format!("{words}; nothing was sent, and --despite-embargo publishes all the same")))
        }
        None => Ok(()),
    }
}

/// A moment in words that needs no further question: `None` is now.
fn moment(text: &str, desk: &Desk) -> Result<Option<Schedule>> {
    let read = when::read(text, desk.now(), desk.zone()).map_err(|error| Stop::Usage(error.to_string()))?;
    let show = |schedule: Schedule| schedule.instant().with_timezone(&schedule.zone()).to_rfc3339();
    match read {
        Reading::Now => Ok(None),
        Reading::At(Resolved::At(schedule)) => Ok(Some(schedule)),
        Reading::At(Resolved::Gap { before, after, .. }) => Err(Stop::Words(format!(
            "the clocks skip {text} in {}; say {} or {}",
            desk.zone(),
            show(before),
            show(after)
        ))),
        Reading::At(Resolved::Twice { first, second }) => Err(Stop::Words(format!(
            "the clocks show {text} twice in {}; say {} or {}",
            desk.zone(),
            show(first),
            show(second)
        ))),
    }
}

/// Sends what is ready now and says how it ended, for the posts named.
async fn send(session: &mut Session, posts: &[PostId]) -> Result<Ending> {
    if !session.sends {
        say!("the runsheet that is open sends it");
        session.left_to_the_other(posts).await?;
        return ending(&session.desk, posts, session.desk.now(), Sender::TheOther).await;
    }
    let mut workers = session.workers();
    for worker in &mut workers {
        worker.push_all().await?;
    }
    session.report();
    let refused = workers.iter().any(|worker| matches!(worker.state(), LightState::Unauthorised { .. }));
    let sender = if refused { Sender::Unauthorised } else { Sender::ThisOne };
    ending(&session.desk, posts, session.desk.now(), sender).await
}

/// Sends what is ready now, and shows the post `shown` as it is after that; for the posts named.
async fn send_and_show(session: &mut Session, shown: PostId, sent: &[PostId], output: &Output) -> Result<Ending> {
    let ending = send(session, sent).await?;
    let desk = &session.desk;
    let Some(post) = desk.store.post(shown).await? else { return Ok(ending) };
    let channels = desk.store.channels().await?;
    if output.is_json() {
        output.value(&output::post(&post, &channels, desk.now(), desk.zone()))?;
    } else {
        output.line(&list::line(&post, &output::marks(&post, &channels), desk))?;
    }
    Ok(ending)
}

/// Who sent, or was to send.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sender {
    /// This command.
    ThisOne,
    /// This command, and a provider did not even take the key.
    Unauthorised,
    /// The runsheet that is open beside it.
    TheOther,
}

/// How the latest writes of these posts ended.
async fn ending(desk: &Desk, posts: &[PostId], now: DateTime<Utc>, sender: Sender) -> Result<Ending> {
    use crate::domain::outcome::State;
    use crate::domain::write::OutboxState;
    let mut worst = Ending::Done;
    for id in posts {
        for row in desk.store.outbox_of(*id).await? {
            worst = worst.max(match row.state {
                OutboxState::Verifying | OutboxState::Unknown | OutboxState::InFlight => Ending::Unknown,
                OutboxState::Waiting if row.unknown_since.is_some() => Ending::Unknown,
                OutboxState::Waiting | OutboxState::Ready => Ending::Unreachable,
                OutboxState::Done | OutboxState::Failed | OutboxState::Superseded => Ending::Done,
            });
        }
        let state = desk.store.post(*id).await?.map(|post| post.state(now));
        worst = worst.max(match state {
            Some(State::Unknown) => Ending::Unknown,
            Some(State::Failed | State::Partial | State::Missed) => Ending::Refused,
            _ => Ending::Done,
        });
    }
    match worst {
        Ending::Unreachable if sender == Sender::TheOther => {
            say!("not sent yet: it is kept in the outbox, and the runsheet that is open goes on with it");
        }
        Ending::Unreachable if sender == Sender::Unauthorised => {
            say!("not sent: it is kept in the outbox until there is another key; `runsheet sync` then sends it");
            worst = Ending::Refused;
        }
        Ending::Unreachable => say!("not sent yet: it is kept in the outbox; `runsheet sync` tries again"),
        Ending::Unknown => say!("it is not known whether this went through; `runsheet failed verify ID` looks"),
        Ending::Done | Ending::Refused | Ending::Usage => {}
    }
    Ok(worst)
}
