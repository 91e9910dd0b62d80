//! What can be said on the command line.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Parser, Subcommand, ValueHint};
use clap_complete::Shell;

use super::offers::Offers;
use super::styles::{DefaultsCommand, ProfileCommand, StyleCommand};
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
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub data_dir: Option<PathBuf>,
    /// Only look: nothing is changed and nothing is sent; what changed at the providers is still read
    #[arg(long, global = true)]
    pub read_only: bool,
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
const LEVELS: [&str; 4] = ["off", "error", "warn", "info"];

const EXAMPLES: &str = "\
Examples:
  runsheet --demo
  runsheet list --filter 'status:failed net:li since:-7d'
  echo 'We are live' | runsheet post - --to x:@acme --when 'tomorrow 9'
  runsheet check post.md --network bluesky
  runsheet failed --json | jq '.[].id'
  runsheet connect late --name work
  runsheet doctor
  runsheet completions bash > ~/.local/share/bash-completion/completions/runsheet
  runsheet man ~/.local/share/man/man1

Exit codes: 0 done · 1 refused · 2 usage · 3 unreachable, kept in the outbox · 4 unknown outcome";

/// The commands.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Push what is waiting and pull what changed, until nothing is left to do now
    Sync,
    /// List the channels
    Channels {
        /// Only those with this name, as --to of `post` reads it
        words: Option<String>,
    },
    /// List posts
    List {
        /// Only posts that this filter takes: words, status:, net:, ch:, account:, #tag, since:, until:, -not
        #[arg(long, value_name = "FILTER", allow_hyphen_values = true)]
        filter: Option<String>,
        /// Only these statuses, apart by commas
        #[arg(long, value_name = "STATUS,…", value_parser = Offers::statuses())]
        status: Option<String>,
        /// Only this network
        #[arg(long, value_name = "NETWORK", value_parser = Offers::networks())]
        network: Option<String>,
        /// Ask the providers for these posts first: from a month back to a year ahead, or what since: and until: say
        #[arg(long)]
        fresh: bool,
    },
    /// Show one post in full
    Show {
        /// The post's id, or the beginning or end of it
        id: String,
    },
    /// Write a post: schedule it, publish it now, or keep it as a draft
    Post(PostArgs),
    /// Store many posts from a file: the good ones of JSON lines or of a table; `runsheet sync` sends them
    Import(ImportArgs),
    /// Check the Markdown files of a folder: every fault with file, line and remedy; sends nothing, keeps nothing
    Lint(LintArgs),
    /// Show what a folder of posts would change in the calendar; changes nothing
    Plan(FolderArgs),
    /// Bring the calendar to what a folder of posts says
    Apply(FolderArgs),
    /// Write posts to a file: a table, JSON or a calendar
    Export(ExportArgs),
    /// Schedule many texts in a rhythm, each with an answer of its own
    Campaign(CampaignArgs),
    /// Check a post for one network, or for all: counts, limits and problems; sends nothing, keeps nothing
    Check(CheckArgs),
    /// Show a post as a network shows it
    Preview(PreviewArgs),
    /// Show what repeats, leave a date out, or stop it; `runsheet post --repeat` begins it
    Repeat {
        /// What to do
        #[command(subcommand)]
        command: RepeatCommand,
    },
    /// Give a post another time
    Move {
        /// The post's id, or the beginning or end of it
        id: String,
        /// When: 30m, tomorrow 9, fri 14:30, +1w, 2026-12-01 09:30, unix seconds; or slot, queue, queue NAME
        #[arg(required = true, num_args = 1..)]
        when: Vec<String>,
    },
    /// List what failed, or deal with it
    Failed {
        /// What to do
        #[command(subcommand)]
        command: Option<FailedCommand>,
    },
    /// Show or change what a provider's own site has set for its networks and channels
    Settings(SettingsArgs),
    /// Styles: list, show, save, edit or delete them
    Style {
        /// What to do
        #[command(subcommand)]
        command: StyleCommand,
    },
    /// Defaults of networks and channels: what holds where a post says nothing itself
    Defaults {
        /// What to do; shows them without one
        #[command(subcommand)]
        command: Option<DefaultsCommand>,
    },
    /// Settings profiles: keep the defaults under a name, and put them back
    Profile {
        /// What to do
        #[command(subcommand)]
        command: ProfileCommand,
    },
    /// Delete posts, here and at their providers: says which and how many, and deletes them with --yes
    Delete(DeleteArgs),
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
    /// Print where configuration and data are, the accounts, what is wrong in the file, and a commented template
    Config,
    /// Print what a shell needs to complete commands, options and their values
    #[command(after_help = COMPLETING)]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page, or write it and one of every command to a folder
    #[command(after_help = READING)]
    Man {
        /// The folder, for runsheet.1, runsheet-list.1 and so on; standard output without one
        #[arg(value_hint = ValueHint::DirPath)]
        dir: Option<PathBuf>,
    },
}

const COMPLETING: &str = "\
Opens nothing and asks nobody. Where the script goes, by shell:

  runsheet completions bash > ~/.local/share/bash-completion/completions/runsheet
  runsheet completions zsh > ~/.zfunc/_runsheet    # a folder of $fpath, before compinit
  runsheet completions fish > ~/.config/fish/completions/runsheet.fish
  runsheet completions elvish >> ~/.config/elvish/rc.elv
  runsheet completions powershell >> $PROFILE";

const READING: &str = "\
Opens nothing and asks nobody. What is in the folder under these names is written over.

Examples:
  runsheet man | man -l -
  runsheet man ~/.local/share/man/man1 && man runsheet-import";

/// Dealing with posts that come again.
#[derive(Clone, Debug, Subcommand)]
pub enum RepeatCommand {
    /// List what repeats, with its rule and next date
    List,
    /// Show the next dates of one
    Show {
        /// The repetition, or one of its posts: the id, or the beginning or end of it
        id: String,
    },
    /// Leave one date out; its post is deleted where it is made already
    Skip {
        /// The repetition, or one of its posts
        id: String,
        /// The date: 2027-01-31
        date: String,
        /// Take it in again
        #[arg(long)]
        back: bool,
    },
    /// Make the post of one date now, so that it can be changed before its time comes near
    Make {
        /// The repetition, or one of its posts
        id: String,
        /// The date: 2027-01-31
        date: String,
    },
    /// End it: nothing more is made, and its posts that wait are deleted
    Stop {
        /// The repetition, or one of its posts
        id: String,
        /// Keep the posts that are made already
        #[arg(long)]
        keep: bool,
    },
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
        /// Also on a day on which nothing is to go out
        #[arg(long)]
        despite_embargo: bool,
    },
    /// Put these failures away; the record stays, and nothing is sent
    Drop {
        /// Posts
        #[arg(required = true)]
        ids: Vec<String>,
    },
    /// Ask the providers what is true of these posts, and look for what says the same as a refused duplicate
    Verify {
        /// Posts
        #[arg(required = true)]
        ids: Vec<String>,
    },
    /// Link refused duplicates to the live posts that say the same: they count as published, and nothing is sent
    Link {
        /// Posts
        #[arg(required = true)]
        ids: Vec<String>,
    },
}

/// Settings to show or to change.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(after_help = SETTING)]
pub struct SettingsArgs {
    /// The account
    pub account: String,
    /// A network, or a channel; without one, says which there are
    #[arg(value_name = "NETWORK|CHANNEL", value_parser = Offers::networks(), hide_possible_values = true)]
    pub of: Option<String>,
    /// Change a value; may be repeated, and everything is saved at once
    #[arg(long, value_name = "NAME=VALUE", requires = "of")]
    pub set: Vec<String>,
    /// Show what values fall back to instead of what they are
    #[arg(long, conflicts_with = "set", requires = "of")]
    pub default: bool,
    /// Ask the site, whatever was read lately
    #[arg(long)]
    pub refresh: bool,
    /// Forget what was read of this account's settings; without one of them, that is all
    #[arg(long)]
    pub clear_cache: bool,
}

const SETTING: &str = "\
Settings of a network are everybody's at that site. A change is checked, laid over what is set there now, and saved \
whole, so that nothing else falls back to a default.

Examples:
  runsheet settings blog
  runsheet settings blog x
  runsheet settings blog x --set cut_post_text=yes --set post_text='{post_title}'
  runsheet settings blog 'x:@acme' --set auto_share=no";

/// Posts to delete.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(after_help = DELETING)]
pub struct DeleteArgs {
    /// Posts: the id, or the beginning or end of it
    pub ids: Vec<String>,
    /// Only these statuses, apart by commas
    #[arg(long, value_name = "STATUS,…", value_parser = Offers::statuses())]
    pub status: Option<String>,
    /// Only posts that were due, or last changed, at least so long ago: 30d, 12h, 2w
    #[arg(long, value_name = "AGE")]
    pub older_than: Option<String>,
    /// Only posts that this filter takes; see `runsheet list --help`
    #[arg(long, value_name = "FILTER", allow_hyphen_values = true)]
    pub filter: Option<String>,
    /// Only posts of this account
    #[arg(long, value_name = "NAME")]
    pub account: Option<String>,
    /// But not these posts
    #[arg(long, value_name = "ID", num_args = 1..)]
    pub except: Vec<String>,
    /// Every post, where nothing else is said
    #[arg(long)]
    pub all: bool,
    /// Delete them
    #[arg(long)]
    pub yes: bool,
}

const DELETING: &str = "\
What is given narrows together. The posts are found here and deleted one by one: no provider is asked to delete by a \
rule of its own. It is one step, which `u` in the calendar takes back as far as that is possible. What is live on a \
network stays live there; where a provider keeps what failed, it stays in its own list.

Examples:
  runsheet delete 3f2a91
  runsheet delete --status failed --older-than 30d --except 3f2a91
  runsheet delete --account work --filter 'campaign:v2 status:draft' --yes

Exit codes: 0 deleted, or nothing to delete · 1 refused, also without --yes · 3 kept in the outbox · 4 unknown \
outcome";

/// The words for providers, and what else they are called.
fn providers() -> impl TypedValueParser<Value = String> {
    let also =
        |name: &'static str| PROVIDERS.also.iter().filter(move |(_, word)| *word == name).map(|(other, _)| *other);
    let value = move |name: &&'static str| PossibleValue::new(*name).aliases(also(name));
    PossibleValuesParser::new(PROVIDERS.words.iter().map(value)).map(|typed| PROVIDERS.word(&typed).to_owned())
}

/// An account to connect.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = CONNECTING)]
pub struct ConnectArgs {
    /// The provider
    #[arg(value_parser = providers())]
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
    /// Connect a channel at the account that is there: prints the provider's link. A network (x, linkedin), or a channel
    /// that has to be authorised anew
    #[arg(long, value_name = "NETWORK|CHANNEL", value_parser = Offers::networks(), hide_possible_values = true, conflicts_with_all = ["key_env", "base_url"])]
    pub channel: Option<String>,
    /// Wait until the channel is there, a quarter of an hour at most
    #[arg(long, requires = "channel")]
    pub wait: bool,
}

const CONNECTING: &str = "\
The key is asked for without showing it, or read from standard input when that is no terminal. It is kept in the \
system's keyring where there is one, else encrypted in the data folder: with ENCRYPTION_KEY (a Fernet key, or several \
of which the first encrypts), or with a key file made there.

Examples:
  runsheet connect late
  runsheet connect late --name work --key-env LATE_API_KEY
  pass show late | runsheet connect late
  runsheet connect late --channel linkedin --wait

Exit codes: 0 connected · 1 refused · 3 unreachable; nothing is kept unless it is 0";

/// Posts to store.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = IMPORTING)]
pub struct ImportArgs {
    /// The file: JSON lines, a table (.csv, .tsv), a list (.json), or a folder of .md; - is standard input with JSON lines
    pub file: PathBuf,
    /// Judge every line or row, and store nothing
    #[arg(long)]
    pub dry_run: bool,
    /// The channels of rows that name none; may be repeated
    #[arg(long, value_name = "CHANNEL")]
    pub to: Vec<String>,
    /// Tables: what a column holds, where its name does not say it: "Texte=body"; may be repeated
    #[arg(long, value_name = "COLUMN=WORD")]
    pub map: Vec<String>,
    /// Tables: which number of 03/04/2027 is the day
    #[arg(long, value_name = "ORDER", value_parser = PossibleValuesParser::new(["dmy", "mdy"]))]
    pub dates: Option<String>,
    /// The zone of times without an offset, where a row names none; the program's own without it
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
    /// Rows may name files of this machine below this folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub files: Option<PathBuf>,
    /// Keep every row as a draft
    #[arg(long)]
    pub draft: bool,
    /// Where rows go that are not taken; beside the file by default. From standard input it is all or none without it
    #[arg(long, value_name = "FILE")]
    pub leftovers: Option<PathBuf>,
    /// Hand a table in the provider's own form to this account's provider, which judges it first and makes the posts
    #[arg(long, value_name = "ACCOUNT", conflicts_with_all = ["to", "map", "dates", "zone", "files", "draft", "leftovers"])]
    pub through: Option<String>,
    /// With --through: hand over a file that went through before
    #[arg(long)]
    pub again: bool,
}

/// Posts to write to a file.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = EXPORTING)]
pub struct ExportArgs {
    /// The file; standard output without one
    pub file: Option<PathBuf>,
    /// Only posts that this filter takes, as for `runsheet list`
    #[arg(long, value_name = "FILTER", allow_hyphen_values = true)]
    pub filter: Option<String>,
    /// As a table, as JSON (a list, or an object a line), as a folder of Markdown files, or as a calendar; by default what
    /// the file's name ends in (/ is a folder), else a table
    #[arg(long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(["csv", "json", "jsonl", "md", "ics"]))]
    pub format: Option<String>,
    /// Write over a file that is there
    #[arg(long)]
    pub force: bool,
}

const EXPORTING: &str = "\
A table that was exported can be imported again: its key column makes sure that nothing is made twice. Cells that a \
spreadsheet would compute begin with a ', which the import takes off again. What single channels have of their own \
stands in columns with their names, (none) where they have nothing on purpose.

Examples:
  runsheet export week.csv --filter 'since:now until:+1w'
  runsheet export --format ics --filter status:scheduled > plan.ics";

/// A campaign to schedule.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = CAMPAIGNS)]
pub struct CampaignArgs {
    /// The file with the texts; - is standard input
    #[arg(default_value = "-")]
    pub file: PathBuf,
    /// The campaign's name; the file's by default
    #[arg(long)]
    pub name: Option<String>,
    /// When the first post goes out: tomorrow 9, fri 14:30, 2026-12-01 09:30
    #[arg(long, value_name = "WHEN")]
    pub start: String,
    /// The distance: 24h (elapsed), 1d or 1w (the same time of day), weekdays, mon,wed,fri; or slot, the free posting slots
    /// of the channels
    #[arg(allow_hyphen_values = true, long, value_name = "INTERVAL", default_value = "1d", value_parser = Offers::intervals(), hide_possible_values = true)]
    pub every: String,
    /// Times of each day instead of the start's own: 09:00,17:00
    #[arg(long, value_name = "TIME,…", value_delimiter = ',')]
    pub at: Vec<String>,
    /// Leave out Saturday and Sunday
    #[arg(long)]
    pub skip_weekends: bool,
    /// A channel, as for `runsheet post`; may be repeated. Where only one can post, that one is meant without it
    #[arg(long, value_name = "CHANNEL", num_args = 1..)]
    pub to: Vec<String>,
    /// Every channel that can post now
    #[arg(long, conflicts_with = "to")]
    pub all: bool,
    #[command(flatten)]
    pub carried: Carried,
    /// Dress every post in this style: announcement, blog, product, or one of your own; see `runsheet style list`
    #[arg(long, value_name = "STYLE", value_parser = Offers::styles(), hide_possible_values = true)]
    pub style: Option<String>,
    /// When a channel has another post nearer than clash_minutes in the configuration (10): keep it, shift it by 30
    /// minutes until there is room, refuse it
    #[arg(long, value_name = "WHAT", default_value = "keep", value_parser = PossibleValuesParser::new(["keep", "shift", "refuse"]))]
    pub on_clash: String,
    /// Keep all of it as drafts
    #[arg(long)]
    pub draft: bool,
    /// Show every post with its time and what stands in its way; schedule nothing
    #[arg(long)]
    pub dry_run: bool,
}

const CAMPAIGNS: &str = "\
The file has one text per line; texts of several lines stand apart by lines of ===. Such a text may begin with front \
matter, as the file of a post does: media, options, first_comment, title, variants are that post's alone.

A post that is refused is kept as a draft of the campaign. Running the same campaign again schedules only what is not \
scheduled or out yet, told by its text.

Examples:
  runsheet campaign launch.txt --start 'tomorrow 9' --every 1d --to x:@acme --dry-run
  runsheet campaign launch.txt --start 'mon 9' --every weekdays --at 09:00,17:00 --all
  runsheet campaign launch.txt --start 'tomorrow 0:00' --every slot --to x:@acme --option tiktok.privacy=public";

const IMPORTING: &str = "\
JSON lines: each line is one post:
  {\"body\": \"We are live\", \"to\": \"x:@acme\", \"when\": \"2030-12-01T09:00:00Z\", \"key\": \"launch-1\"}

  body   the text
  to     a channel, or a list of them, named as for `runsheet post --to`; a
         draft may have none
  when   as for `runsheet post --when`, or unix seconds; without it the post
         stays a draft, and only the word \"now\" publishes at once
  key    your own name for it: a line with a key that was imported before
         makes nothing, prints the same id, and says what it has otherwise by
         now, unless that post was deleted before it went out: then it is made
         anew; without a key a line is known by its text, channels and time

A line may also say everything that an exported post says: title, zone, queue, media, options, first_comment, \
campaign, tags, style, link, targets. Prints one id per line that is taken, in order. What cannot be taken is named, \
and goes with its reason into a file of its own, posts.leftovers.jsonl beside posts.jsonl; from standard input only \
with --leftovers, without it all lines are taken or none.

Tables: the first line names the columns. Known are those of Late's bulk files, old and new, and our own: body, \
title, to, network, when (or date and time), zone, media, alt, tags, campaign, key, publish_now, draft, options, \
first comment, and \"text for\", \"when for\", \"media for\" one network or channel. Good rows are stored; the others \
go to a file of leftovers, each with its reason, written as the table is. A key that was imported before makes nothing, \
nor does a row without one that says what a stored post says, with its channels and its time. A first line of sep=; says \
what separates the cells.

Exit codes: 0 stored · 1 refused · 3 the channels are not known here yet, and the provider cannot be reached";

/// Files to check.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = FORMAT)]
pub struct LintArgs {
    /// Folders, of which every .md file and the record of `apply` is checked, or files
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
}

/// A folder of posts.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = FOLDERS)]
pub struct FolderArgs {
    /// The folder; every .md file below it is a post
    #[arg(value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,
    /// FILE is the post that it may be, or the one named: that post becomes what the file says
    #[arg(long, value_name = "FILE[=ID]")]
    pub adopt: Vec<String>,
    /// FILE is a post of its own, whatever is there already
    #[arg(long, value_name = "FILE")]
    pub as_new: Vec<String>,
}

const FOLDERS: &str = "\
Each .md file below the folder is one post, in the format of `runsheet post --help`. A file is known again by the \
folder's name and its own below it, and one that is only renamed by what it says. Times are dates, as 2026-12-01 \
09:30, which `plan` checks; a post without one is a draft. What is out already is left as it is; a post whose file is \
gone is named and left, and one that was deleted here is not made again. When any file has a fault, nothing is \
applied.

What a file became is kept on this machine, and by `apply` in .runsheet/applied.toml in the folder: commit it with \
the files. Before anything is made, the accounts concerned are read, for another machine may have applied the folder: \
a post is found by the id the record has for it, whatever became of its words and time there, or by the mark that \
Late, VoxBurst and Post for Me keep with it, else by its text, channels and time, and is adopted instead of made once \
more. Where that cannot be told for certain, `plan` says which post it may be and nothing is applied until --adopt or \
--as-new answers. A post that has another id there by now (Posto gives one to what was made anew on the site) is \
found by the other ways, and the record follows. One file that is there as several posts, by account or network, \
becomes one post here. A record that is damaged, of a newer runsheet, or with the marks of a merge is named with its \
line, and nothing is done.

Examples:
  runsheet lint posts && runsheet plan posts --json
  runsheet apply posts

Exit codes: 0 done · 1 a file has a fault, or a post was refused · 3 kept in the outbox · 4 unknown outcome";

/// A post to check.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = FORMAT)]
pub struct CheckArgs {
    /// The file that holds the post; - is standard input
    #[arg(default_value = "-")]
    pub file: PathBuf,
    /// Only for this network: x, linkedin, bluesky…; with --json the answer is one object
    #[arg(long, value_name = "NETWORK", value_parser = Offers::networks())]
    pub network: Option<String>,
    /// Dress it in this style; or `style:` in the file
    #[arg(long, value_name = "NAME", value_parser = Offers::styles(), hide_possible_values = true)]
    pub style: Option<String>,
}

/// A post to look at.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = FORMAT)]
pub struct PreviewArgs {
    /// The file that holds the post; - is standard input
    #[arg(default_value = "-")]
    pub file: PathBuf,
    /// The network: x, linkedin, bluesky…
    #[arg(long, value_name = "NETWORK", value_parser = Offers::networks())]
    pub network: String,
    /// Dress it in this style; or `style:` in the file
    #[arg(long, value_name = "NAME", value_parser = Offers::styles(), hide_possible_values = true)]
    pub style: Option<String>,
    /// How many cells a line has
    #[arg(long, value_name = "CELLS", default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub width: u16,
}

const FORMAT: &str = "\
The file is Markdown. Front matter at its very start (--- in the manner of YAML, or +++ TOML) says what is not text:

  ---
  to: [x:@acme, linkedin:ACME]
  when: tomorrow 9
  title: Launch
  campaign: spring
  tags: [launch]
  style: blog
  link: https://example.com/launch
  media:
    - file: roast.png
      alt: A cup of coffee
  options:
    tiktok.privacy: public
  first_comment: More below.
  variants:
    x: |
      The short text.
  ---

  The text. A line of --- further down splits a thread.

Without front matter a file is just a text. An option of the command wins over the file. With \
`as: draft` or `as: held` a post keeps its time and does not go out.";

/// What a post carries beside its text.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Carried {
    /// A picture, film or document: a file of this machine or an https address, measured now (an address by fetching as
    /// little of it as that needs); may be repeated, in order
    #[arg(long, value_name = "FILE|URL", value_hint = ValueHint::FilePath)]
    pub media: Vec<String>,
    /// What it shows, for people who cannot see it: the first --alt describes the first --media, and so on; '' none
    #[arg(long, value_name = "TEXT", requires = "media")]
    pub alt: Vec<String>,
    /// What a network is told beside the text: tiktok.privacy=public; may be repeated
    #[arg(long, value_name = "NETWORK.NAME=VALUE")]
    pub option: Vec<String>,
    /// A comment that follows by itself, where network and provider have that
    #[arg(long, value_name = "TEXT")]
    pub first_comment: Option<String>,
    /// How many seconds later it follows
    #[arg(long, value_name = "SECONDS", requires = "first_comment")]
    pub first_comment_after: Option<u32>,
}

/// A post to write.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(after_help = FORMAT)]
pub struct PostArgs {
    /// The file that holds the post; - is standard input. Several words in quotes that name no file are the post itself
    #[arg(default_value = "-")]
    pub file: PathBuf,
    /// A channel: its handle, network:handle, account/network:handle, or id; may be repeated. A * stands for any part of
    /// a name, and names every channel that has it: '*berlin*', 'work:*berlin*', 'x:*'. Or `to:` in the file
    #[arg(long, value_name = "CHANNEL", num_args = 1..)]
    pub to: Vec<String>,
    /// Every channel that can post now
    #[arg(long, conflicts_with = "to")]
    pub all: bool,
    /// When: now, 30m, tomorrow 9, fri 14:30, +1w, 2026-12-01 09:30, unix seconds; slot for the next free slot of its
    /// channels, queue for the next free place of the provider's queue (queue NAME for another). Or `when:` in the file
    #[arg(long, value_name = "WHEN")]
    pub when: Option<String>,
    /// Let it come again: "every tue and thu 9:00", "every 2 weeks on mon", "monthly on the 1st", with "until 2027-01-31"
    /// or "10 times"; from --when on, where that is said
    #[arg(long, value_name = "RULE", conflicts_with_all = ["draft", "dry_run"])]
    pub repeat: Option<String>,
    /// The title, for networks that have one
    #[arg(long)]
    pub title: Option<String>,
    /// Dress it in this style: announcement, blog, product, or one of your own; see `runsheet style list`
    #[arg(long, value_name = "NAME", value_parser = Offers::styles(), hide_possible_values = true)]
    pub style: Option<String>,
    /// The address that belongs to it: stands where a template has {link}, else below the text
    #[arg(long, value_name = "URL")]
    pub link: Option<String>,
    #[command(flatten)]
    pub carried: Carried,
    /// Publish with --when now also on a day on which nothing is to go out
    #[arg(long)]
    pub despite_embargo: bool,
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
        Options {
            config: self.config.clone(),
            data_dir: self.data_dir.clone(),
            demo: self.demo,
            read_only: self.read_only,
            environment: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_may_begin_with_a_minus() {
        for command in ["list", "delete", "export"] {
            let args = Args::try_parse_from(["runsheet", command, "--filter", "-status:published"]);
            assert!(format!("{args:?}").contains("-status:published") && args.is_ok(), "{args:?}");
        }
    }
}
