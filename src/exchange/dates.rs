//! Dates as spreadsheets write them: `01.12.2026`, `12/01/2026`. Which of two numbers is the day is asked, not guessed.

use chrono::NaiveDate;

/// Which number of `03/04/2026` is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// The first: 3 April.
    DayFirst,
    /// The second: 4 March.
    MonthFirst,
}

impl DateOrder {
    /// The order that a person's word means: `dmy` or `mdy`.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "dmy" => Some(Self::DayFirst),
            "mdy" => Some(Self::MonthFirst),
            _ => None,
        }
    }

    /// That word.
    pub fn word(self) -> &'static str {
        match self {
            Self::DayFirst => "dmy",
            Self::MonthFirst => "mdy",
        }
    }

    /// It in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::DayFirst => "day first",
            Self::MonthFirst => "month first",
        }
    }
}

/// What a cell with a date comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ordered {
    /// It begins with no such date, and is left as it is.
    Other,
    /// The same with its date as `2026-12-01`.
    Read(String),
    /// It can be read two ways.
    TwoWays,
    /// Its numbers are no date.
    Never,
}

/// The order that the cells themselves show: some day is beyond 12. Nothing when they show none, or both.
pub fn shown<'a>(cells: impl Iterator<Item = &'a str>) -> Option<DateOrder> {
    let (mut day, mut month) = (false, false);
    for (first, second, _, _) in cells.filter_map(slashed) {
        day |= first > 12 && second <= 12;
        month |= second > 12 && first <= 12;
    }
    match (day, month) {
        (true, false) => Some(DateOrder::DayFirst),
        (false, true) => Some(DateOrder::MonthFirst),
        _ => None,
    }
}

/// Reads the date at the beginning of `cell`. Points are day first everywhere; strokes follow `order`.
pub fn order(cell: &str, order: Option<DateOrder>) -> Ordered {
    if let Some((day, month, year, rest)) = numbers(cell, '.') {
        return dated(year, month, day, rest);
    }
    let Some((first, second, year, rest)) = slashed(cell) else { return Ordered::Other };
    match order {
        _ if first > 12 => dated(year, second, first, rest),
        _ if second > 12 || first == second => dated(year, first, second, rest),
        Some(DateOrder::DayFirst) => dated(year, second, first, rest),
        Some(DateOrder::MonthFirst) => dated(year, first, second, rest),
        None => Ordered::TwoWays,
    }
}

fn dated(year: i32, month: u32, day: u32, rest: &str) -> Ordered {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => Ordered::Read(format!("{date}{rest}")),
        None => Ordered::Never,
    }
}

fn slashed(cell: &str) -> Option<(u32, u32, i32, &str)> {
    numbers(cell, '/')
}

/// `a/b/2026` and what follows it.
fn numbers(cell: &str, between: char) -> Option<(u32, u32, i32, &str)> {
    let (first, rest) = cell.trim().split_once(between)?;
    let (second, rest) = rest.split_once(between)?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (year, rest) = rest.split_at_checked(digits)?;
    let year: i32 = match (year.len(), year.parse().ok()?) {
        (4, year) => year,
        (2, year) => 2000_i32.checked_add(year)?,
        _ => return None,
    };
    let small = |text: &str| (1..=2).contains(&text.len()).then(|| text.parse().ok())?;
    Some((small(first)?, small(second)?, year, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_that_can_be_read_two_ways_is_never_guessed() {
        let read = |text: &str| Ordered::Read(text.into());
        assert_eq!(order("03/04/2027 09:00", None), Ordered::TwoWays);
        assert_eq!(order("03/04/2027 09:00", Some(DateOrder::DayFirst)), read("2027-04-03 09:00"));
        assert_eq!(order("03/04/2027 09:00", Some(DateOrder::MonthFirst)), read("2027-03-04 09:00"));
        assert_eq!(order("31/12/26", None), read("2026-12-31"));
        assert_eq!(order("12/31/2026 5pm", Some(DateOrder::DayFirst)), read("2026-12-31 5pm"));
        assert_eq!(order("04/04/2027", None), read("2027-04-04"));
        assert_eq!(order("1.12.2026 09:30", None), read("2026-12-01 09:30"));
        assert_eq!(order("31.02.2027", None), Ordered::Never);
        for other in ["2026-12-01 09:30", "fri 14", "1/2", "https://a/b/2026", "v1.2.2026.x/3", ""] {
            assert_eq!(order(other, None), Ordered::Other, "{other}");
        }
    }

    #[test]
    fn the_table_itself_may_show_the_order() {
        assert_eq!(shown(["03/04/2027", "25/04/2027"].into_iter()), Some(DateOrder::DayFirst));
        assert_eq!(shown(["03/04/2027", "04/25/2027"].into_iter()), Some(DateOrder::MonthFirst));
        assert_eq!(shown(["25/04/2027", "04/25/2027"].into_iter()), None);
        assert_eq!(shown(["03/04/2027"].into_iter()), None);
    }
}
