//! How well a few letters fit a command: whole words before letters in their order, its name before its hint.

/// How well `query` fits; None where it does not. More is better.
pub(super) fn score(query: &str, name: &str, group: &str, hint: &str) -> Option<u32> {
    let mut sum = 0;
    for word in query.to_lowercase().split_whitespace() {
        sum += word_score(word, name, group, hint)?;
    }
    Some(sum)
}

fn word_score(word: &str, name: &str, group: &str, hint: &str) -> Option<u32> {
    let [name, group, hint] = [name, group, hint].map(str::to_lowercase);
    let begins = |text: &str| text.split(|letter: char| !letter.is_alphanumeric()).any(|one| one.starts_with(word));
    let score = if name.starts_with(word) {
        100
    } else if begins(&name) {
        80
    } else if name.contains(word) {
        60
    } else if begins(&group) {
        40
    } else if begins(&hint) {
        30
    } else if word.chars().count() > 1 && in_order(word, &name) {
        10
    } else {
        return None;
    };
    Some(score)
}

/// Whether the letters of a word come in a text in their order.
fn in_order(word: &str, text: &str) -> bool {
    let mut rest = text.chars();
    word.chars().all(|letter| rest.any(|other| other == letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_called_so_comes_before_what_is_like_it() {
        let score = |query| score(query, "Log out everywhere", "Victim", "Every device of the victim is to be out");
        let ranks = [score("log"), score("every"), score("ver"), score("victim"), score("device"), score("lgot")];
        assert!(ranks.iter().all(Option::is_some), "{ranks:?}");
        assert!(ranks.windows(2).all(|pair| pair[0] > pair[1]), "{ranks:?}");
        assert_eq!(score("LOG  Every"), Some(180));
        assert_eq!(score(""), Some(0));
        assert_eq!([score("steal"), score("log steal"), score("zz"), score("日本")], [None; 4]);
    }
}
