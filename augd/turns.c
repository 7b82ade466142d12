/* A list of waiting jobs, and handing the next one to libuv. */
#include "augd/turns.h"

static void unlink_job(AugdTurns *turns, AugdJob *job)
{
    if (job->previous)
        job->previous->next = job->next;
    else
        turns->first = job->next;
    if (job->next)
        job->next->previous = job->previous;
    else
        turns->last = job->previous;
    job->next = job->previous = NULL;
}

static void start_next(AugdTurns *turns);

static void run_job(uv_work_t *work)
{
    AugdJob *job = work->data;
    job->run(job);
}

static void after_job(uv_work_t *work, int status)
{
    (void)status;
    AugdJob *job = work->data;
    AugdTurns *turns = job->turns;
    job->is_working = false;
    job->turns = NULL;
    turns->n_working--;
    start_next(turns);
    job->done(job);
}

static void start_next(AugdTurns *turns)
{
    while (turns->first && turns->n_working < turns->most) {
        AugdJob *job = turns->first;
        unlink_job(turns, job);
        job->is_working = true;
        turns->n_working++;
        uv_queue_work(turns->uv, &job->work, run_job, after_job);
    }
}

void augd_turns_add(AugdTurns *turns, AugdJob *job)
{
    job->turns = turns;
    job->work.data = job;
    job->previous = turns->last;
    job->next = NULL;
    if (turns->last)
        turns->last->next = job;
    else
        turns->first = job;
    turns->last = job;
    start_next(turns);
}

bool augd_turns_remove(AugdJob *job)
{
    if (job->is_working)
        (void)uv_cancel((uv_req_t *)&job->work);
    if (!job->turns || job->is_working)
        return false;
    unlink_job(job->turns, job);
    job->turns = NULL;
    return true;
}
