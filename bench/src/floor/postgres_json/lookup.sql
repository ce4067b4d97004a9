SELECT json_build_object('data', json_build_object('alert', (
    SELECT json_build_object(
        'id', alerts.id,
        'severity', alerts.severity,
        'status', alerts.status,
        'rule', json_build_object('id', rule.id, 'name', rule.name),
        'pairing', json_build_object(
            'id', pairings.id, 'client', json_build_object('id', clients.id, 'name', clients.name)))
    FROM alerts
    JOIN alert_rules rule ON rule.id = alerts.rule_id
    JOIN pairings ON pairings.id = alerts.pairing_id
    JOIN clients ON clients.id = pairings.client_id
    WHERE alerts.id = $1
)))::text
