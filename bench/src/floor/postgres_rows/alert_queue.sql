SELECT page.id, page.severity, page.status, page.detected_at, page.notes, rule.id, rule.name,
    rule.suggested_action, assignee.id, assignee.name, pairings.id, pairings.ea_id, users.name,
    clients.id, clients.name
FROM (
    (SELECT id, severity, status, detected_at, notes, rule_id, assigned_to, pairing_id FROM alerts
     WHERE severity = 'CRITICAL' AND status = 'NEW' ORDER BY detected_at DESC, id DESC LIMIT 51)
    UNION ALL
    (SELECT id, severity, status, detected_at, notes, rule_id, assigned_to, pairing_id FROM alerts
     WHERE severity = 'HIGH' AND status = 'NEW' ORDER BY detected_at DESC, id DESC LIMIT 51)
    ORDER BY detected_at DESC, id DESC LIMIT 51
) page
JOIN alert_rules rule ON rule.id = page.rule_id
JOIN pairings ON pairings.id = page.pairing_id
JOIN users ON users.id = pairings.ea_id
JOIN clients ON clients.id = pairings.client_id
LEFT JOIN users assignee ON assignee.id = page.assigned_to
ORDER BY page.detected_at DESC, page.id DESC
