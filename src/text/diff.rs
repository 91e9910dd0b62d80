//! How one text differs from another, line by line.

/// How many lines of difference are worth computing.
const MOST_LINES: usize = 200;

/// The lines only one side has: `-` the old one's, `+` the new one's, in reading order. Very long texts are not compared
/// line by line; the answer then says how long both are.
pub fn lines(old: &str, new: &str) -> Vec<(char, String)> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    if old.len() > MOST_LINES || new.len() > MOST_LINES {
        return if old == new {
            Vec::new()
        } else {
            vec![('+', format!("{} lines instead of {}", new.len(), old.len()))]
        };
    }
    // The longest common subsequence, from the end: common[i][j] lines are shared by old[i..] and new[j..].
    let columns = new.len() + 1;
    let mut common = vec![0usize; (old.len() + 1) * columns];
    let at = |table: &[usize], i: usize, j: usize| table.get(i * columns + j).copied().unwrap_or(0);
    for (i, left) in old.iter().enumerate().rev() {
        for (j, right) in new.iter().enumerate().rev() {
            let best = match left == right {
                true => at(&common, i + 1, j + 1) + 1,
                false => at(&common, i + 1, j).max(at(&common, i, j + 1)),
            };
            if let Some(cell) = common.get_mut(i * columns + j) {
                *cell = best;
            }
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    loop {
        match (old.get(i), new.get(j)) {
            (None, None) => return lines,
            (Some(left), Some(right)) if left == right => (i, j) = (i + 1, j + 1),
            (Some(left), right) if right.is_none() || at(&common, i + 1, j) >= at(&common, i, j + 1) => {
                lines.push(('-', (*left).to_owned()));
                i += 1;
            }
            (_, Some(right)) => {
                lines.push(('+', (*right).to_owned()));
                j += 1;
            }
            (Some(_), None) => return lines,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn differences_name_lost_and_new_lines_in_order() {
        let diff = |old: &str, new: &str| {
            lines(old, new).into_iter().map(|(side, line)| format!("{side}{line}")).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(diff("a\nb\nc", "a\nB\nc\nd"), "-b +B +d");
        assert_eq!(diff("", "x"), "+x");
        assert_eq!(diff("x\ny", ""), "-x -y");
        assert_eq!(diff("same", "same"), "");
        let long = "line\n".repeat(300);
        assert_eq!((diff(&long, &long), diff(&long, "x")), (String::new(), "+1 lines instead of 300".into()));
    }
}
