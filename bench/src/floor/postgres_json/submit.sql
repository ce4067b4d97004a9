WITH made AS (
    INSERT INTO end_of_day_reports (
        id, pairing_id, ea_id, report_date, workload_feeling, work_type, feeling_during_work, biggest_win,
        what_completed, pending_tasks, had_daily_sync, difficulties, support_needed, additional_notes,
        version, created_at, updated_at)
    SELECT $1, pairings.id, pairings.ea_id, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14, $14
    FROM pairings WHERE pairings.id = $2
    RETURNING id, pairing_id, report_date
)
SELECT json_build_object('data', json_build_object('reportSubmit', json_build_object(
    'report', json_build_object(
        'id', made.id,
        'reportDate', made.report_date,
        'pairing', json_build_object('id', pairings.id, 'client', json_build_object('name', clients.name))),
    'errors', '[]'::json)))::text
FROM made
JOIN pairings ON pairings.id = made.pairing_id
JOIN clients ON clients.id = pairings.client_id
