SELECT alerts.severity, alerts.status, rule.id, rule.name, pairings.id, clients.id, clients.name
FROM alerts
JOIN alert_rules rule ON rule.id = alerts.rule_id
JOIN pairings ON pairings.id = alerts.pairing_id
JOIN clients ON clients.id = pairings.client_id
WHERE alerts.id = $1
