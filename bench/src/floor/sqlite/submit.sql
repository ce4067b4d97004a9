INSERT INTO end_of_day_reports (
    id, pairing_id, ea_id, report_date, workload_feeling, work_type, feeling_during_work, biggest_win,
    what_completed, pending_tasks, had_daily_sync, difficulties, support_needed, additional_notes,
    version, created_at, updated_at)
SELECT ?1, id, ea_id, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 1, ?14, ?14
FROM pairings WHERE id = ?2
