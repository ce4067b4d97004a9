SELECT json_build_object('data', json_build_object('alerts', json_build_object(
    'nodes', coalesce(json_agg(json_build_object(
        'id', page.id,
        'severity', page.severity,
        'status', page.status,
        'detectedAt', to_char(page.detected_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'notes', page.notes,
        'rule', json_build_object('id', rule.id, 'name', rule.name, 'suggestedAction', rule.suggested_action),
        'assignee', CASE WHEN assignee.id IS NOT NULL
            THEN json_build_object('id', assignee.id, 'name', assignee.name) END,
        'pairing', json_build_object(
            'id', pairings.id,
            'ea', json_build_object('id', pairings.ea_id, 'user', json_build_object(
                'id', users.id, 'name', users.name)),
            'client', json_build_object('id', clients.id, 'name', clients.name))
    ) ORDER BY place) FILTER (WHERE place <= 50), '[]'),
    'pageInfo', json_build_object(
        'hasNextPage', count(*) > 50,
        'endCursor', max(encode(convert_to(concat_ws(' ', page.detected_at, page.id), 'UTF8'), 'base64'))
            FILTER (WHERE place = least(50, places)))
)))::text
FROM (
    SELECT row_number() OVER (ORDER BY detected_at DESC, id DESC) AS place, count(*) OVER () AS places, rows.*
    FROM (
        (SELECT id, severity, status, detected_at, notes, rule_id, assigned_to, pairing_id FROM alerts
         WHERE severity = 'CRITICAL' AND status = 'NEW' ORDER BY detected_at DESC, id DESC LIMIT 51)
        UNION ALL
        (SELECT id, severity, status, detected_at, notes, rule_id, assigned_to, pairing_id FROM alerts
         WHERE severity = 'HIGH' AND status = 'NEW' ORDER BY detected_at DESC, id DESC LIMIT 51)
        ORDER BY detected_at DESC, id DESC LIMIT 51
    ) rows
) page
JOIN alert_rules rule ON rule.id = page.rule_id
JOIN pairings ON pairings.id = page.pairing_id
JOIN users ON users.id = pairings.ea_id
JOIN clients ON clients.id = pairings.client_id
LEFT JOIN users assignee ON assignee.id = page.assigned_to
