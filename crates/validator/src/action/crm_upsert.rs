//! `crm_upsert`: which fields of the CRM hold the e-mail and the phone number.

use relance_model::action::crm_upsert::{CRM_CHAMP_EMAIL, CRM_CHAMP_TELEPHONE};

use super::Parameters;
use crate::{context::Context, plan::Upsert};

pub(super) fn lower(cx: &mut Context<'_>, parameters: &Parameters<'_>) -> Option<Upsert> {
    let email_field = parameters.plain(cx, &CRM_CHAMP_EMAIL);
    let phone_field = parameters.plain(cx, &CRM_CHAMP_TELEPHONE);
    Some(Upsert { email_field: email_field.ok()?, phone_field: phone_field.ok()? })
}
