//! `crm_upsert`: which fields of the CRM hold the e-mail and the phone number.

use relance_model::action::crm_upsert::{CRM_CHAMP_EMAIL, CRM_CHAMP_TELEPHONE};

use super::{Parameters, maybe};
use crate::{context::Context, plan::Upsert, references::Sound};

#[derive(Debug)]
pub(crate) struct Lowered<'d> {
    email_field: Option<Sound<'d>>,
    phone_field: Option<Sound<'d>>,
}

pub(super) fn lower<'d>(cx: &mut Context<'_>, parameters: &Parameters<'d>) -> Option<Lowered<'d>> {
    let email_field = parameters.plain(cx, &CRM_CHAMP_EMAIL);
    let phone_field = parameters.plain(cx, &CRM_CHAMP_TELEPHONE);
    Some(Lowered { email_field: email_field.ok()?, phone_field: phone_field.ok()? })
}

impl Lowered<'_> {
    pub(super) fn plan(self) -> Option<Upsert> {
        Some(Upsert {
            email_field: maybe(self.email_field, Sound::literal).ok()?,
            phone_field: maybe(self.phone_field, Sound::literal).ok()?,
        })
    }
}
