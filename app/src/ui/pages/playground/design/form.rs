//! What is typed and chosen in the form of a design, and what it makes of it.

use lockstep_shared::design::{Design, Draft, Key, Problem};

use crate::state::command::Side;
use crate::state::model::Model;

/// The forms of both lanes; one that was closed keeps what was typed, as long as its lane runs what it ran.
#[derive(Clone, Debug, Default)]
pub(crate) struct Designing {
    /// The lane whose form is open.
    pub(crate) open: Option<Side>,
    /// The lane whose form was closed in the last frame, so that its button takes the focus back.
    closed: Option<Side>,
    forms: [Option<DesignForm>; 2],
}

/// One lane's form.
#[derive(Clone, Debug)]
pub(crate) struct DesignForm {
    /// What the lane runs.
    running: Design,
    /// What the lane's design was before anybody changed it.
    pub(super) original: Design,
    pub(super) draft: Draft,
    /// The draft as a design, or what keeps it from being one.
    pub(super) made: Result<Design, Vec<Problem>>,
    pub(super) page: Page,
    /// What is typed to find a key.
    pub(super) find: String,
    /// The key that is to be brought into sight.
    pub(super) sought: Option<String>,
    /// How many designs had been applied before this one was; None until it is.
    pub(super) applied: Option<usize>,
    /// Why it could not be applied.
    pub(super) failure: Option<String>,
    pub(super) saving: Saving,
    /// The form has just been opened.
    pub(super) is_new: bool,
}

/// What the form shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Page {
    #[default]
    Keys,
    Toml,
    Save,
}

/// Where the design is to be written.
#[derive(Clone, Debug)]
pub(super) struct Saving {
    pub(super) lab: String,
    pub(super) name: String,
    /// How many files had been dealt with before this one was asked for; None until it is.
    pub(super) asked: Option<usize>,
}

impl Designing {
    /// Opens a lane's form: as it was left, if its lane still runs what it was made for.
    pub(super) fn open(&mut self, model: &Model, side: Side) {
        let Some(running) = &model.lane(side).design else { return };
        self.open = Some(side);
        let form = &mut self.forms[side.index()];
        match form {
            Some(form) if form.running == *running => form.is_new = true,
            _ => *form = Some(DesignForm::of(model, side, running)),
        }
    }

    /// Closes the form, if one is open.
    pub(super) fn close(&mut self) {
        self.closed = self.open.take();
    }

    /// Whether a lane's form was just closed; says so once.
    pub(super) fn was_closed(&mut self, side: Side) -> bool {
        self.closed.take_if(|closed| *closed == side).is_some()
    }

    /// Takes the open form out, to be drawn.
    pub(super) fn take(&mut self, side: Side) -> Option<DesignForm> {
        self.open.filter(|open| *open == side).and_then(|_| self.forms[side.index()].take())
    }

    pub(super) fn put_back(&mut self, side: Side, form: DesignForm) {
        self.forms[side.index()] = Some(form);
    }
}

impl DesignForm {
    fn of(model: &Model, side: Side, running: &Design) -> Self {
        let original = model.lane(side).original.as_ref();
        let original = original.and_then(|id| model.designs.iter().find(|design| design.id == *id));
        let original = original.unwrap_or(running).clone();
        let stem: String = original.id.chars().take(55).collect();
        let name = format!("{stem}-changed");
        Self {
            draft: Draft::of(running),
            made: Ok(running.clone()),
            running: running.clone(),
            original,
            page: Page::Keys,
            find: String::new(),
            sought: None,
            applied: None,
            failure: None,
            saving: Saving { lab: model.designing.folder.clone(), name, asked: None },
            is_new: true,
        }
    }

    pub(super) fn set(&mut self, key: &Key, word: Option<&str>) {
        self.draft.set(key, word);
        self.changed();
    }

    /// Puts a table in, or takes it out.
    pub(super) fn switch(&mut self, table: &str, on: bool) {
        if on {
            self.draft.put_in(table)
        } else {
            self.draft.take_out(table)
        }
        self.changed();
    }

    /// Forgets what was typed since the lane runs.
    pub(super) fn undo(&mut self) {
        self.draft = Draft::of(&self.running);
        self.changed();
    }

    fn changed(&mut self) {
        self.made = self.draft.design();
        self.failure = None;
        self.saving.asked = None;
    }

    /// Whether it says something else than the lane runs.
    pub(super) fn is_dirty(&self) -> bool {
        self.made.as_ref() != Ok(&self.running)
    }

    /// What is wrong at a key.
    pub(super) fn problem(&self, path: &str) -> Option<&str> {
        let problems = self.made.as_ref().err()?;
        problems.iter().find(|problem| problem.key == path).map(|problem| problem.why.as_str())
    }

    pub(super) fn first_problem(&self) -> Option<&Problem> {
        self.made.as_ref().err()?.first()
    }

    /// The lines that are not the original's: the key, what stood there, and what does.
    pub(super) fn changes(&self) -> Vec<(&'static Key, Option<String>, Option<String>)> {
        self.draft.changes(&Draft::of(&self.original))
    }
}

#[cfg(test)]
mod tests {
    use lockstep_shared::design::keys;

    use super::*;
    use crate::ui::fixtures;

    fn opened(model: &Model) -> DesignForm {
        let mut designing = Designing::default();
        designing.open(model, Side::Left);
        designing.take(Side::Left).expect("it is open")
    }

    #[test]
    fn a_form_that_was_closed_keeps_what_was_typed() {
        let model = fixtures::empty();
        let mut designing = Designing::default();
        designing.open(&model, Side::Left);
        let mut form = designing.take(Side::Left).expect("it is open");
        let key = keys().iter().find(|key| key.path == "cookie.http_only").expect("is a key");
        form.set(key, Some("false"));
        assert!(form.is_dirty() && form.changes().len() == 1);
        designing.put_back(Side::Left, form);
        designing.open = None;
        assert!(designing.take(Side::Left).is_none(), "a form that is closed is not drawn");
        designing.open(&model, Side::Left);
        assert!(designing.take(Side::Left).expect("it is open").is_dirty());
    }

    #[test]
    fn a_mix_that_can_not_work_is_told_beside_its_key() {
        let mut form = opened(&fixtures::empty());
        let key = keys().iter().find(|key| key.path == "cookie.secure").expect("is a key");
        form.set(key, Some("false"));
        assert!(form.problem("cookie.host_prefix").is_some_and(|why| why.contains("secure = true")));
        assert_eq!(form.problem("cookie.secure"), None);
        form.undo();
        assert_eq!((form.is_dirty(), form.first_problem()), (false, None));
    }
}
