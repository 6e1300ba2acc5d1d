//! Why a block failed, in the reader's language.
//!
//! The journal keeps a stable code and one English sentence, which may quote names and answers. French has a sentence of its own
//! for each code, and what the English one quotes follows in brackets where it matters.

use relance_diagnostics::Language;
use relance_runtime::failure::Reason;

/// The sentence for a reason.
pub(crate) fn reason(reason: &Reason, language: Language) -> String {
    let french = match language {
        Language::English => None,
        Language::French => french(reason),
    };
    french.unwrap_or_else(|| reason.message.clone())
}

/// The same in a few words, where the whole is told later.
pub(crate) fn short_reason(why: &Reason, language: Language) -> String {
    match (why.code.as_ref(), why.status, language) {
        ("http-status", Some(status), Language::English) => {
            format!("the service answered {status}")
        }
        _ => reason(why, language),
    }
}

fn french(reason: &Reason) -> Option<String> {
    let sentence = match reason.code.as_ref() {
        "http-status" => {
            let status = reason.status.map(|status| status.to_string()).unwrap_or_default();
            return Some(format!("le service a répondu {status}"));
        }
        "http-redirect" => "le service redirige ailleurs, et les redirections ne sont pas suivies",
        "interrupted" => {
            return Some(
                "le processus s'est terminé avant la réponse : l'appel a pu avoir lieu".to_owned(),
            );
        }
        "contact-opted-out" => {
            return Some("le contact a refusé les relances : rien ne lui est envoyé".to_owned());
        }
        "crm-no-key" => return Some("le contact n'a ni e-mail ni téléphone lisible".to_owned()),
        "crm-conflict" => "le numéro de téléphone appartient à une autre fiche du CRM",
        "resolved-failed" => return Some("une personne a décidé que c'est un échec".to_owned()),
        "tag-blank" => {
            return Some("l'étiquette est vide une fois ses références remplies".to_owned());
        }
        "ai-not-configured" => {
            return Some("aucune IA n'est connectée : ajoutez [ai] à la configuration".to_owned());
        }
        "ai-refused" => return Some("l'IA a refusé de répondre".to_owned()),
        "ai-answer-empty" => return Some("l'IA a répondu sans texte".to_owned()),
        "ai-answer-too-long" => return Some("la réponse de l'IA est trop longue".to_owned()),
        "ai-answer-refused" => {
            return Some("le texte de l'IA contient des caractères de contrôle".to_owned());
        }
        "ai-answer-unreadable" => "la réponse de l'IA est illisible",
        "address-refused" => "cette adresse ne peut pas être appelée",
        "name-not-found" => "le nom de l'hôte n'a pas d'adresse",
        "connect-failed" => "la connexion est impossible",
        "tls-failed" => "la connexion sécurisée est impossible",
        "timed-out" => "le service n'a pas répondu à temps",
        "answer-lost" => "la réponse du service s'est perdue",
        "secret-missing" => "un secret n'est pas configuré",
        "secret-not-allowed-here" => "un secret ne peut pas être envoyé à cet hôte",
        "reference-absent" => "une référence ne mène à aucune valeur",
        "text-missing" => "un texte manque dans la configuration",
        _ => return None,
    };
    Some(format!("{sentence} ({})", reason.message))
}
