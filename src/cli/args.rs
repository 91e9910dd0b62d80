//! What can be said on the command line.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Parser, Subcommand};

use crate::session::{Options, PROVIDERS};

/// A keyboard-driven terminal content calendar.
///
/// Without a command the calendar opens; without an account it shows a demo week that never leaves this machine.
#[derive(Clone, Debug, Parser)]
#[command(name = "runsheet", version, max_term_width = 100, after_help = EXAMPLES)]
pub struct Args {
    /// Open the demo week: simulated providers on this machine, nothing is sent
    #[arg(long, global = true)]
    pub demo: bool,
    /// Read this configuration file
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Keep the data in this folder: the store, its lock and the log
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Print JSON: one object or array on stdout
    #[arg(long, global = true)]
    pub json: bool,
    /// Write a log of this level to the data folder
    #[arg(long, global = true, value_name = "LEVEL", default_value = "info", env = "RUNSHEET_LOG",
        value_parser = PossibleValuesParser::new(LEVELS))]
    pub log: String,
    /// What to do instead of opening the calendar
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// How much the log tells.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

const EXAMPLES: &str = "\
Examples:
  runsheet --demo
  runsheet list --filter 'status:failed net:li since:-7d'
  echo 'We are live' | runsheet post - --to x:@acme --when 'tomorrow 9'
  runsheet failed --json | jq '.[].id'
  runsheet connect late --name work
  runsheet doctor

Exit codes: 0 done · 1 refused · 2 usage · 3 unreachable, kept in the outbox · 4 unknown outcome";

/// The commands.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Push what is waiting and pull what changed, until nothing is left to do now
    Sync,
    /// List the channels
    Channels,
    /// List posts
    List {
        /// Only posts that this filter takes: words, status:, net:, ch:, account:, #tag, since:, until:, -not
        #[arg(long, value_name = "FILTER")]
        filter: Option<String>,
        /// Only these statuses, apart by commas
        #[arg(long, value_name = "STATUS,…")]
        status: Option<String>,
    },
    /// Show one post in full
    Show {
        /// The post's id, or the beginning or end of it
        id: String,
    },
    /// Write a post: schedule it, publish it now, or keep it as a draft
    Post(PostArgs),
    /// Store many posts from a file, all or none; `runsheet sync` sends them
    Import(ImportArgs),
    /// Give a post another time
    Move {
        /// The post's id, or the beginning or end of it
        id: String,
        /// When: 30m, tomorrow 9, fri 14:30, +1w, 2026-12-01 09:30, unix seconds
        #[arg(required = true, num_args = 1..)]
        when: Vec<String>,
    },
    /// List what failed, or deal with it
    Failed {
        /// What to do
        #[command(subcommand)]
        command: Option<FailedCommand>,
    },
    /// Connect an account: tries its key, keeps it safely, and adds the account to the configuration
    Connect(ConnectArgs),
    /// Take an account out of the configuration and forget its key; its posts stay
    Disconnect {
        /// The account's name
        account: String,
    },
    /// Tell where things are, where each key comes from and whether it works, and how the store is
    Doctor {
        /// Ask no provider
        #[arg(long)]
        offline: bool,
    },
    /// Deal with a store that is damaged: show what can be saved, or make a new one of it
    Repair {
        /// Make a new store: of what can be read of the damaged one, of a copy, or of nothing
        #[arg(long, value_name = "WHAT", value_parser = PossibleValuesParser::new(["salvage", "copy", "nothing"]))]
        from: Option<String>,
        /// Which copy; the newest by default
        #[arg(long, value_name = "NAME", requires = "from")]
        copy: Option<String>,
    },
    /// Print the configuration in force and a commented template
    Config,
}

/// Dealing with failures.
#[derive(Clone, Debug, Subcommand)]
pub enum FailedCommand {
    /// Send what failed of these posts again, and nothing else
    Retry {
        /// Posts
        #[arg(required = true)]
        ids: Vec<String>,
    },
    /// Publish these posts at once, although their time has passed
    Publish {
        /// Posts
        #[arg(required = true)]
        ids: Vec<String>,
    },
    /// Put these failures away; the record stays, and nothing is sent
    Drop {
        /// Posts
        #[arg(required = true)]
        ids: Vec<String>,
    },
    /// Ask the providers what is true of these posts
    Verify {
        /// Posts
        #[arg(required = true)]
        ids: Vec<String>,
    },
}

/// An account to connect.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = CONNECTING)]
pub struct ConnectArgs {
    /// The provider
    #[arg(value_parser = PossibleValuesParser::new(PROVIDERS))]
    pub provider: String,
    /// Your word for the account; the provider's by default. A name that is there gets a new key
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Use the key in this environment variable, and leave it there
    #[arg(long, value_name = "VAR")]
    pub key_env: Option<String>,
    /// The provider's address, where it is not the provider's own
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
}

const CONNECTING: &str = "\
The key is asked for without showing it, or read from standard input when that is no terminal. It is kept in the system's
keyring where there is one, else encrypted in the data folder: with ENCRYPTION_KEY (a Fernet key, or several of which the
first encrypts), or with a key file made there.

Examples:
  runsheet connect late
  runsheet connect late --name work --key-env LATE_API_KEY
  pass show late | runsheet connect late

Exit codes: 0 connected · 1 refused · 3 unreachable; nothing is kept unless it is 0";

/// Posts to store.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = IMPORTING)]
pub struct ImportArgs {
    /// The file, one JSON object per line; - is standard input
    pub file: PathBuf,
}

const IMPORTING: &str = "\
Each line is one post:
  {\"body\": \"We are live\", \"to\": \"x:@acme\", \"when\": \"2030-12-01T09:00:00Z\", \"key\": \"launch-1\"}

  body   the text
  to     a channel, or a list of them, named as for `runsheet post --to`; a draft may have none
  when   as for `runsheet post --when`, or unix seconds; without it the post stays a draft, and only the word \"now\"
         publishes at once
  key    your own name for it: a line with a key that was imported before makes nothing, and prints the same id

Prints one id per line of the file, in order. When a line cannot be taken, every such line is named, and nothing is stored.

Exit codes: 0 stored · 1 refused · 3 the channels are not known here yet, and the provider cannot be reached";

/// A post to write.
#[derive(Clone, Debug, clap::Args)]
pub struct PostArgs {
    /// The file that holds the text; - is standard input
    #[arg(default_value = "-")]
    pub file: PathBuf,
    /// A channel: its handle, network:handle, account/network:handle, or id; may be repeated
    #[arg(long, value_name = "CHANNEL", required_unless_present = "draft", num_args = 1..)]
    pub to: Vec<String>,
    /// When: now, 30m, tomorrow 9, fri 14:30, +1w, 2026-12-01 09:30, unix seconds
    #[arg(long, value_name = "WHEN", required_unless_present = "draft")]
    pub when: Option<String>,
    /// The title, for networks that have one
    #[arg(long)]
    pub title: Option<String>,
    /// A picture, film or document: a file of this machine or an https address; may be repeated, in order
    #[arg(long, value_name = "FILE|URL")]
    pub media: Vec<String>,
    /// What it shows, for people who cannot see it: the first --alt describes the first --media, and so on; '' none
    #[arg(long, value_name = "TEXT", requires = "media")]
    pub alt: Vec<String>,
    /// Keep it as a draft, here
    #[arg(long)]
    pub draft: bool,
    /// Check everything and show the requests; send nothing, keep nothing
    #[arg(long)]
    pub dry_run: bool,
}

impl Args {
    /// What a session needs to know.
    pub fn session(&self) -> Options {
        Options { config: self.config.clone(), data_dir: self.data_dir.clone(), demo: self.demo, environment: None }
    }
}
