//! The console: what an operator sees of the sandbox, and does to it, in a browser.
//!
//! It reads the store by itself, a page at a time and over indexes; whatever changes something goes through the
//! functions of the control API ([`Control`]). It is there only with an admin key, and opens only to who has it.

mod action;
mod callbacks;
mod clock;
mod draw;
mod events;
mod faults;
mod filings;
mod hub;
mod ledger;
mod listing;
mod messages;
mod overview;
mod partners;
mod payments;
mod registrations;
mod schedules;
mod search;
mod session;
mod slips;
mod words;

use crate::{
    Control, Gateway,
    page::{self, Csrf, Page, Visit},
    store::{StoreError, Tx},
};
use bytes::Bytes;
use draw::Section;
use http::{Response, StatusCode};
use maud::{Markup, html};
use satang_core::sandbox::Handler as _;
use satang_schema::sandbox::{IssuerDetails, IssuerQuery};
use session::Desk;
use std::{fmt, sync::Arc};

/// Where the console is.
pub(super) const HOME: &str = "/console";

/// The console of a gateway.
pub(crate) struct Console {
    gateway: Arc<Gateway>,
    control: Control,
    desk: Desk,
}

/// What a page of the console shows.
struct Sheet {
    title: String,
    main: Markup,
}

/// What a request asks for, below [`HOME`].
struct Place<'a> {
    section: Section,
    /// Which one of the section's things.
    id: Option<&'a str>,
}

impl Console {
    pub(crate) fn new(gateway: &Arc<Gateway>, admin_key: &str) -> Self {
        let control = Control::new(gateway, admin_key);
        Self { gateway: Arc::clone(gateway), control, desk: Desk::default() }
    }

    pub(crate) async fn answer(&self, visit: Visit) -> Response<Bytes> {
        let path = visit.path().to_owned();
        let Some(below) = path.strip_prefix(HOME).map(|rest| rest.trim_matches('/')) else {
            return page::redirect(&visit, HOME);
        };
        if below == "login" {
            return self.log_in(&visit);
        }
        let Some(session) = self.session(&visit) else { return session::form(&visit, StatusCode::OK, None) };
        let csrf = Csrf::of(&session);
        if let Some(form) = visit.form() {
            if !csrf.is_in(form) {
                return page::failure(&visit, StatusCode::FORBIDDEN);
            }
            if below == "logout" {
                return self.log_out(&visit);
            }
            return self.act(&visit, below, &csrf).await;
        }
        let Some(place) = Place::of(below) else { return page::failure(&visit, StatusCode::NOT_FOUND) };
        let section = place.section;
        let visit = Arc::new(visit);
        match self.sheet(&visit, place, &csrf).await {
            Ok(Some(sheet)) => draw(&visit, section, sheet, &csrf),
            Ok(None) => page::failure(&visit, StatusCode::NOT_FOUND),
            Err(error) => failed(&visit, &error),
        }
    }

    /// What the store says, from one snapshot.
    async fn sheet(
        &self,
        visit: &Arc<Visit>,
        place: Place<'_>,
        csrf: &Csrf,
    ) -> Result<Option<Sheet>, StoreError> {
        let (section, id) = (place.section, place.id.map(str::to_owned));
        let clock = self.gateway.clock_state();
        let issuers = match section {
            Section::Hub => self.issuers().await?,
            _ => Vec::new(),
        };
        let pepper = self.gateway.pepper.clone();
        let live = draw::Live { clock, csrf: csrf.field(), pepper, issuers };
        let visit = Arc::clone(visit);
        let read = move |tx: &mut Tx<'_>| match (section, id.as_deref()) {
            (Section::Overview, None) => overview::show(tx, &visit, &live).map(Some),
            (Section::Events, None) => events::list(tx, &visit).map(Some),
            (Section::Payments, None) => payments::list(tx, &visit).map(Some),
            (Section::Payments, Some(id)) => payments::show(tx, &visit, id),
            (Section::Registrations, None) => registrations::list(tx, &visit).map(Some),
            (Section::Registrations, Some(id)) => registrations::show(tx, &visit, id),
            (Section::Schedules, None) => schedules::list(tx, &visit).map(Some),
            (Section::Schedules, Some(id)) => schedules::show(tx, &visit, id),
            (Section::Slips, None) => slips::list(tx, &visit).map(Some),
            (Section::Slips, Some(id)) => slips::show(tx, &visit, id, &live),
            (Section::Hub, None) => hub::show(tx, &visit, &live).map(Some),
            (Section::StampDuty, None) => filings::list(tx, &visit).map(Some),
            (Section::StampDuty, Some(id)) => filings::show(tx, &visit, id, &live),
            (Section::Callbacks, None) => callbacks::list(tx, &visit).map(Some),
            (Section::Callbacks, Some(id)) => callbacks::show(tx, &visit, id, &live),
            (Section::Ledger, None) => ledger::list(tx, &visit).map(Some),
            (Section::Ledger, Some(id)) => ledger::show(tx, &visit, id),
            (Section::Messages, None) => messages::list(tx, &visit).map(Some),
            (Section::Partners, None) => partners::list(tx, &visit).map(Some),
            (Section::Partners, Some(id)) => partners::show(tx, &visit, id),
            (Section::Clock, None) => Ok(Some(clock::show(&visit, &live))),
            (Section::Faults, None) => faults::list(tx, &visit, &live).map(Some),
            (Section::Search, None) => search::show(tx, &visit).map(Some),
            _ => Ok(None),
        };
        self.gateway.store.read(read).await
    }
}

impl Console {
    /// What is known of the banks that the hub asks, some of it in memory only.
    async fn issuers(&self) -> Result<Vec<IssuerDetails>, StoreError> {
        let listed = self.control.list_issuers((), IssuerQuery::default()).await;
        Ok(listed.map_err(|_| StoreError::statement("the banks cannot be listed"))?.issuers)
    }
}

impl<'a> Place<'a> {
    fn of(below: &'a str) -> Option<Self> {
        let (name, id) = below.split_once('/').map_or((below, None), |(name, id)| (name, Some(id)));
        let section = Section::ALL.into_iter().chain([Section::Search]).find(|it| it.name() == name)?;
        Some(Self { section, id })
    }
}

fn draw(visit: &Visit, section: Section, sheet: Sheet, csrf: &Csrf) -> Response<Bytes> {
    let main = html! { h1 { (sheet.title) } (sheet.main) };
    Page::new(visit, sheet.title, main)
        .with_navigation(draw::navigation(visit, section, csrf))
        .renewing(visit.query("live").is_some())
        .answer()
}

fn failed(visit: &Visit, error: &StoreError) -> Response<Bytes> {
    tracing::error!(error = error as &dyn std::error::Error, "the console could not read the store");
    page::failure(visit, StatusCode::INTERNAL_SERVER_ERROR)
}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console").finish_non_exhaustive()
    }
}
