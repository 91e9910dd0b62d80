//! What lies over the panes until it is answered: questions, prompts, help, the review.

use std::ops::Range;

use chrono::{NaiveDate, NaiveTime};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::campaign::Shift;
use crate::domain::filter::Filter;
use crate::domain::ids::PostId;
use crate::domain::media::Media;
use crate::domain::plan::DayNote;
use crate::domain::post::Post;
use crate::domain::queue::Queued;
use crate::domain::schedule::Schedule;
use crate::domain::when::Reading;
use crate::text::style::Deed;

use super::action::Action;
use super::board::Board;
use super::effect::Effect;
use super::model::Shared;
use super::msg::{Key, Mouse, MouseKind};
use super::theme::Theme;

pub mod authorise;
pub mod batch;
pub mod campaigns;
pub mod command;
pub mod connect;
pub mod defaults;
pub mod doomed;
pub mod drafts;
pub mod files;
pub mod find;
pub mod help;
pub mod import;
pub mod insert;
pub mod log;
pub mod media;
pub mod menu;
pub mod options;
pub mod palette;
pub mod pipe;
pub mod question;
pub mod repeat;
pub mod review;
pub mod settings;
pub mod story;
pub mod styles;
pub mod unread;
pub mod versions;
pub mod when;

/// One sheet.
#[derive(Clone, Debug)]
pub enum Sheet {
    /// Keys that work here, searchable.
    Help(help::State),
    /// The command line (`:`), the filter (`/`), a date to go to.
    Command(command::State),
    /// Yes or no.
    Question(question::State),
    /// A time in words.
    When(when::State),
    /// The last look before something is sent.
    Review(review::State),
    /// A post's attempts and edits.
    Story(story::State),
    /// Who did what when.
    Log(log::State),
    /// Drafts without a time.
    Drafts(drafts::State),
    /// Connecting an account.
    Connect(Box<connect::State>),
    /// Settings of networks and channels at a provider's site.
    Settings(Box<settings::State>),
    /// Posts to be deleted, shown before they are.
    Doomed(doomed::State),
    /// The campaigns there are.
    Campaigns(campaigns::State),
    /// On which networks posts are published at once.
    Batch(Box<batch::State>),
    /// A file on its way in.
    Import(Box<import::State>),
    /// Posts that come again.
    Repeat(Box<repeat::State>),
    /// Connecting a channel, or renewing one.
    Authorise(Box<authorise::State>),
    /// Anything by a few letters of it.
    Palette(Box<palette::State>),
    /// What can be done with the thing under the pointer.
    Menu(menu::State),
    /// What is attached to the post in the composer.
    Media(Box<media::State>),
    /// What the networks of the post in the composer are told beside it.
    Options(Box<options::State>),
    /// Choosing a file to attach.
    Files(files::State),
    /// Finding and replacing in the text that is open.
    Find(find::State),
    /// Something to put into the text by its name.
    Insert(insert::State),
    /// The text through a command.
    Pipe(pipe::State),
    /// A file from `$EDITOR` that could not be read.
    Unread(unread::State),
    /// The style of the post in the composer.
    Styles(Box<styles::State>),
    /// Defaults of networks and channels.
    Defaults(Box<defaults::State>),
    /// Earlier versions of the draft in the composer.
    Versions(Box<versions::State>),
}

impl Sheet {
    /// Whether something is typed in it that Esc keeps: it is left by its own way, also by Ctrl-c.
    pub fn holds_typing(&self) -> bool {
        matches!(self, Self::Media(_) | Self::Options(_) | Self::Import(_) | Self::Defaults(_) | Self::Settings(_))
    }
}

/// What becomes of the sheet, or the composer, after it handled something.
#[derive(Clone, Debug)]
pub enum Flow {
    /// It stays.
    Stay,
    /// It closes.
    Close,
    /// Another sheet opens over it.
    Push(Box<Sheet>),
    /// It closes, and another takes its place.
    Replace(Box<Sheet>),
    /// It closes, and this action runs as if its key had been pressed.
    Run(Action),
    /// It stays, and this verb is done to what its cursor or its marks are on.
    Verb(Action),
    /// It closes, and the composer takes this time.
    ComposerWhen(Reading),
    /// It closes, the composer puts its post into this free slot, and the review opens anew.
    ComposerSlot(Schedule),
    /// It closes, and the composer takes this time, from which the post comes again by this rule.
    ComposerRepeat(Schedule, String),
    /// It closes, and the post in the composer waits for this queue, which shows that moment as its next place, where
    /// it shows one.
    ComposerQueue(Queued, Option<Schedule>),
    /// It stays, and the composer takes these attachments.
    ComposerMedia(Vec<Media>),
    /// It stays, and the composer takes the options and first comments of this post.
    ComposerOptions(Box<Post>),
    /// It closes, and the composer dresses its post in this style, or in none.
    ComposerStyle(Option<String>),
    /// It closes, and the composer takes this link for its post, or none.
    ComposerLink(Option<String>),
    /// It closes, and these tags are put on the post in the composer, else on what is chosen; or taken off.
    Tags(Vec<String>),
    /// It closes, and this is done to the files of styles and defaults.
    Book(Deed),
    /// It stays, and the composer looks for this.
    ComposerFind(find::Search),
    /// It closes, and the composer puts this in at its cursor, instead of so many bytes before it.
    ComposerInsert {
        /// Bytes before the cursor that go.
        instead: usize,
        /// What is put in.
        text: String,
    },
    /// It closes, and this text takes the place of a stretch of the one that is open.
    ComposerText {
        /// The stretch.
        range: Range<usize>,
        /// The text.
        text: String,
    },
    /// It closes, and the composer takes this post's wishes.
    ComposerPost(Box<Post>),
    /// It closes, and the composer closes with it (its draft is kept or handed over).
    CloseComposer,
    /// It closes, and the panes are narrowed to this filter, or to nothing.
    Filter(Option<Filter>),
    /// It closes, and what these words mean is looked for, to be deleted.
    Doomed(String),
    /// It closes, and this file is looked into, to be taken in.
    Import(String),
    /// It closes, and the posts that the filter takes are written to this file.
    Export(String, Filter),
    /// It closes, and this day is marked, or its mark taken away.
    MarkDay(NaiveDate, Option<DayNote>),
    /// It closes, and how the calendar is shown is kept under this digit and name.
    KeepView(u8, String),
    /// It closes, and the campaign of that name opens in its builder.
    Campaign(String),
    /// It closes, and this recipe opens in the campaign builder.
    Recipe(PostId),
    /// It stays, and this post opens in the composer.
    Compose(Box<Post>),
    /// It closes, and the campaign in the builder is shifted as a whole.
    CampaignShift(Shift),
    /// It closes, and the campaign in the builder takes the texts of this file.
    CampaignFile(String),
    /// It closes, and the calendar goes to this day.
    GoTo(NaiveDate, Option<NaiveTime>),
    /// It closes, and the program opens anew, with what is configured now.
    OpenAnew,
}

/// The keymap contexts of a sheet, the topmost first.
pub fn contexts(sheet: &Sheet) -> Vec<&'static str> {
    match sheet {
        Sheet::Help(_)
        | Sheet::Command(_)
        | Sheet::When(_)
        | Sheet::Connect(_)
        | Sheet::Palette(_)
        | Sheet::Files(_)
        | Sheet::Insert(_)
        | Sheet::Pipe(_) => vec!["field"],
        Sheet::Question(state) if state.is_question() => vec!["question"],
        Sheet::Question(_) | Sheet::Story(_) | Sheet::Log(_) | Sheet::Versions(_) | Sheet::Menu(_) => vec!["sheet"],
        Sheet::Drafts(_) => vec!["drafts", "sheet"],
        Sheet::Campaigns(_) => vec!["campaigns", "sheet"],
        Sheet::Batch(_) => vec!["batch", "sheet"],
        Sheet::Find(_) => vec!["find", "field"],
        Sheet::Unread(_) => vec!["unread", "sheet"],
        Sheet::Review(_) => vec!["review", "sheet"],
        Sheet::Authorise(_) => vec!["authorise", "sheet"],
        Sheet::Doomed(_) => vec!["doomed", "sheet"],
        Sheet::Import(state) if state.is_typing() => vec!["field"],
        Sheet::Import(_) => vec!["import", "sheet"],
        Sheet::Repeat(_) => vec!["repeat", "sheet"],
        Sheet::Settings(state) if state.is_typing() => vec!["field"],
        Sheet::Settings(_) => vec!["settings", "sheet"],
        Sheet::Media(state) if state.is_typing() => vec!["field"],
        Sheet::Media(_) => vec!["media", "sheet"],
        Sheet::Options(state) if state.is_typing() => vec!["field"],
        Sheet::Options(_) => vec!["options", "sheet"],
        Sheet::Defaults(state) if state.is_typing() => vec!["field"],
        // The same keys as in the form of options.
        Sheet::Defaults(_) => vec!["options", "sheet"],
        Sheet::Styles(_) => vec!["sheet"],
    }
}

/// Gives an action to a sheet.
pub fn update(sheet: &mut Sheet, shared: &mut Shared, board: &Board, action: Action) -> (Vec<Effect>, Flow) {
    match sheet {
        Sheet::Help(state) => help::update(state, shared, board, action),
        Sheet::Command(state) => command::update(state, shared, board, action),
        Sheet::Question(state) => question::update(state, shared, board, action),
        Sheet::When(state) => when::update(state, shared, board, action),
        Sheet::Review(state) => review::update(state, shared, board, action),
        Sheet::Story(state) => story::update(state, shared, board, action),
        Sheet::Log(state) => log::update(state, action),
        Sheet::Drafts(state) => drafts::update(state, shared, board, action),
        Sheet::Connect(state) => connect::update(state, shared, board, action),
        Sheet::Settings(state) => settings::update(state, shared, board, action),
        Sheet::Doomed(state) => doomed::update(state, shared, board, action),
        Sheet::Campaigns(state) => campaigns::update(state, shared, board, action),
        Sheet::Batch(state) => batch::update(state, shared, board, action),
        Sheet::Import(state) => import::update(state, shared, action),
        Sheet::Repeat(state) => repeat::update(state, shared, board, action),
        Sheet::Authorise(state) => authorise::update(state, shared, board, action),
        Sheet::Palette(state) => palette::update(state, shared, board, action),
        Sheet::Menu(state) => menu::update(state, action),
        Sheet::Media(state) => media::update(state, shared, board, action),
        Sheet::Options(state) => options::update(state, shared, board, action),
        Sheet::Styles(state) => styles::update(state, shared, board, action),
        Sheet::Defaults(state) => defaults::update(state, board, action),
        Sheet::Files(state) => files::update(state, action),
        Sheet::Find(state) => find::update(state, action),
        Sheet::Insert(state) => insert::update(state, action),
        Sheet::Pipe(state) => pipe::update(state, action),
        Sheet::Unread(state) => unread::update(state, shared, board, action),
        Sheet::Versions(state) => versions::update(state, shared, board, action),
    }
}

/// Gives a key without a binding to a sheet.
pub fn input(sheet: &mut Sheet, shared: &mut Shared, board: &Board, key: Key) -> (Vec<Effect>, Flow) {
    match sheet {
        Sheet::Help(state) => help::input(state, shared, board, key),
        Sheet::Command(state) => command::input(state, shared, board, key),
        Sheet::Question(state) => question::input(state, shared, board, key),
        Sheet::When(state) => when::input(state, shared, board, key),
        Sheet::Review(state) => review::input(state, shared, board, key),
        Sheet::Story(state) => story::input(state, shared, board, key),
        Sheet::Palette(state) => palette::input(state, shared, board, key),
        Sheet::Menu(state) => menu::input(state, key),
        Sheet::Media(state) => media::input(state, shared, board, key),
        Sheet::Options(state) => options::input(state, shared, board, key),
        Sheet::Settings(state) => {
            settings::input(state, key);
            (Vec::new(), Flow::Stay)
        }
        Sheet::Defaults(state) => {
            defaults::input(state, key);
            (Vec::new(), Flow::Stay)
        }
        Sheet::Import(state) => {
            import::input(state, shared, key);
            (Vec::new(), Flow::Stay)
        }
        Sheet::Files(state) => files::input(state, key),
        Sheet::Find(state) => find::input(state, key),
        Sheet::Insert(state) => insert::input(state, board, key),
        Sheet::Pipe(state) => pipe::input(state, key),
        Sheet::Log(_)
        | Sheet::Drafts(_)
        | Sheet::Authorise(_)
        | Sheet::Doomed(_)
        | Sheet::Campaigns(_)
        | Sheet::Batch(_)
        | Sheet::Repeat(_)
        | Sheet::Unread(_)
        | Sheet::Styles(_)
        | Sheet::Versions(_) => (Vec::new(), Flow::Stay),
        Sheet::Connect(state) => connect::input(state, shared, board, key),
    }
}

/// Gives pasted text to a sheet: one with a field takes it, no other does anything.
pub fn paste(sheet: &mut Sheet, shared: &mut Shared, board: &Board, text: &str) -> (Vec<Effect>, Flow) {
    match sheet {
        Sheet::Help(state) => help::paste(state, text),
        Sheet::Command(state) => command::paste(state, shared, board, text),
        Sheet::When(state) => return when::paste(state, shared, board, text),
        Sheet::Connect(state) => connect::paste(state, text),
        Sheet::Settings(state) => settings::paste(state, text),
        Sheet::Import(state) => import::paste(state, text),
        Sheet::Palette(state) => return palette::paste(state, shared, text),
        Sheet::Media(state) => return media::paste(state, text),
        Sheet::Options(state) => options::paste(state, text),
        Sheet::Defaults(state) => defaults::paste(state, text),
        Sheet::Files(state) => files::paste(state, text),
        Sheet::Find(state) => return find::paste(state, text),
        Sheet::Insert(state) => insert::paste(state, board, text),
        Sheet::Pipe(state) => pipe::paste(state, text),
        Sheet::Question(_)
        | Sheet::Review(_)
        | Sheet::Story(_)
        | Sheet::Log(_)
        | Sheet::Drafts(_)
        | Sheet::Authorise(_)
        | Sheet::Doomed(_)
        | Sheet::Campaigns(_)
        | Sheet::Menu(_)
        | Sheet::Batch(_)
        | Sheet::Repeat(_)
        | Sheet::Unread(_)
        | Sheet::Styles(_)
        | Sheet::Versions(_) => {}
    }
    (Vec::new(), Flow::Stay)
}

/// What a click means for the topmost sheet of the screen `area`: an action, or nothing. Outside of it, it closes.
pub fn click(sheet: &mut Sheet, shared: &mut Shared, board: &Board, area: Rect, mouse: Mouse) -> Option<Action> {
    let (x, y) = (mouse.x, mouse.y);
    let double = mouse.kind == MouseKind::Double;
    let place = match sheet {
        Sheet::Command(state) => return command::click(state, shared, board, area, double, (x, y).into()),
        Sheet::Help(state) => help::place(state, area),
        Sheet::Question(state) => question::place(state, area),
        Sheet::When(state) => when::place(state, area),
        Sheet::Review(state) => review::place(state, shared, area),
        Sheet::Story(_) => story::place(area),
        Sheet::Log(state) => log::place(state, area),
        Sheet::Drafts(_) => drafts::place(board, area),
        Sheet::Connect(_) => connect::place(board, area),
        Sheet::Settings(state) => settings::place(state, board, area),
        Sheet::Doomed(state) => doomed::place(state, area),
        Sheet::Campaigns(_) => campaigns::place(board, area),
        Sheet::Batch(state) => batch::place(state, area),
        Sheet::Import(state) => import::place(state, area),
        Sheet::Repeat(state) => repeat::place(state, area),
        Sheet::Authorise(state) => authorise::place(state, shared, board, area),
        Sheet::Media(state) => media::place(state, area),
        Sheet::Options(state) => options::place(state, area),
        Sheet::Styles(state) => styles::place(state, area),
        Sheet::Defaults(state) => defaults::place(state, board, area),
        Sheet::Files(_) => files::place(area),
        Sheet::Find(_) => find::place(area),
        Sheet::Insert(_) => insert::place(area),
        Sheet::Pipe(_) => pipe::place(area),
        Sheet::Unread(state) => unread::place(state, area),
        Sheet::Versions(state) => versions::place(state, area),
        Sheet::Palette(_) => palette::place(area),
        Sheet::Menu(state) => menu::place(state, area),
    };
    match sheet {
        _ if !place.contains((x, y).into()) => (!double).then_some(Action::Back),
        Sheet::Help(state) => help::click(state, area, double, y),
        Sheet::Palette(state) => palette::click(state, area, double, y),
        Sheet::Log(state) => log::click(state, area, y),
        Sheet::Drafts(state) => drafts::click(state, shared, board, area, x, y),
        Sheet::Settings(state) => settings::click(state, shared, board, area, x, y),
        Sheet::Doomed(state) => doomed::click(state, shared, area, x, y),
        Sheet::Campaigns(state) => campaigns::click(state, shared, board, area, x, y),
        Sheet::Batch(state) => batch::click(state, shared, area, x, y),
        Sheet::Import(state) => import::click(state, shared, area, x, y),
        Sheet::Repeat(state) => repeat::click(state, shared, area, x, y),
        Sheet::Authorise(state) => authorise::click(state, shared, board, area, x, y),
        Sheet::Media(state) => media::click(state, shared, area, x, y),
        Sheet::Options(state) => options::click(state, shared, area, x, y),
        Sheet::Styles(state) => styles::click(state, shared, board, area, x, y),
        Sheet::Defaults(state) => defaults::click(state, shared, board, area, x, y),
        Sheet::Versions(state) => versions::click(state, shared, area, x, y),
        Sheet::Insert(state) => insert::click(state, shared, area, x, y),
        Sheet::Files(state) => files::click(state, shared, area, x, y),
        Sheet::Menu(state) => menu::click(state, area, y),
        _ if double => None,
        Sheet::Find(state) => find::click(state, shared, area, x, y),
        Sheet::Pipe(state) => pipe::click(state, shared, area, x, y),
        Sheet::Unread(state) => unread::click(state, shared, area, x, y),
        Sheet::Question(state) => question::click(state, shared, area, x, y),
        Sheet::When(state) => when::click(state, shared, board, area, x, y),
        Sheet::Review(state) => review::click(state, shared, area, x, y),
        Sheet::Connect(state) => connect::click(state, shared, board, area, x, y),
        Sheet::Command(_) | Sheet::Story(_) => None,
    }
}

/// Draws a sheet inside `area`, the whole screen.
pub fn view(sheet: &Sheet, shared: &Shared, board: &Board, theme: &Theme, area: Rect, buf: &mut Buffer) {
    match sheet {
        Sheet::Help(state) => help::view(state, shared, board, theme, area, buf),
        Sheet::Command(state) => command::view(state, shared, board, theme, area, buf),
        Sheet::Question(state) => question::view(state, shared, board, theme, area, buf),
        Sheet::When(state) => when::view(state, shared, board, theme, area, buf),
        Sheet::Review(state) => review::view(state, shared, board, theme, area, buf),
        Sheet::Story(state) => story::view(state, shared, board, theme, area, buf),
        Sheet::Log(state) => log::view(state, shared, theme, area, buf),
        Sheet::Drafts(state) => drafts::view(state, shared, board, theme, area, buf),
        Sheet::Connect(state) => connect::view(state, shared, board, theme, area, buf),
        Sheet::Settings(state) => settings::view(state, shared, board, theme, area, buf),
        Sheet::Doomed(state) => doomed::view(state, shared, board, theme, area, buf),
        Sheet::Campaigns(state) => campaigns::view(state, shared, board, theme, area, buf),
        Sheet::Batch(state) => batch::view(state, shared, theme, area, buf),
        Sheet::Import(state) => import::view(state, shared, theme, area, buf),
        Sheet::Repeat(state) => repeat::view(state, shared, theme, area, buf),
        Sheet::Authorise(state) => authorise::view(state, shared, board, theme, area, buf),
        Sheet::Palette(state) => palette::view(state, shared, board, theme, area, buf),
        Sheet::Menu(state) => menu::view(state, theme, area, buf),
        Sheet::Media(state) => media::view(state, shared, board, theme, area, buf),
        Sheet::Options(state) => options::view(state, shared, board, theme, area, buf),
        Sheet::Styles(state) => styles::view(state, shared, board, theme, area, buf),
        Sheet::Defaults(state) => defaults::view(state, shared, board, theme, area, buf),
        Sheet::Files(state) => files::view(state, shared, theme, area, buf),
        Sheet::Find(state) => find::view(state, shared, theme, area, buf),
        Sheet::Insert(state) => insert::view(state, shared, theme, area, buf),
        Sheet::Pipe(state) => pipe::view(state, shared, theme, area, buf),
        Sheet::Unread(state) => unread::view(state, shared, theme, area, buf),
        Sheet::Versions(state) => versions::view(state, shared, theme, area, buf),
    }
}
