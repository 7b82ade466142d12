/* A list of waiting jobs, and handing the next one to libuv. */
#include "augd/lane.h"

#include "augd/loop.h"

static void unlink_job(AugdLane *lane, AugdJob *job)
{
    if (job->previous)
        job->previous->next = job->next;
    else
        lane->first = job->next;
    if (job->next)
        job->next->previous = job->previous;
    else
        lane->last = job->previous;
    job->next = job->previous = NULL;
}

static void start_next(AugdLane *lane);

static void run_job(uv_work_t *work)
{
    AugdJob *job = work->data;
    const uint64_t start = augd_thread_ns();
    job->run(job);
    job->cost_ns += augd_thread_ns() - start;
}

static void after_job(uv_work_t *work, int status)
{
    (void)status;
    AugdJob *job = work->data;
    AugdLane *lane = job->lane;
    job->is_working = false;
    job->lane = NULL;
    lane->n_working--;
    start_next(lane);
    job->done(job);
}

static void start_next(AugdLane *lane)
{
    while (lane->first && lane->n_working < lane->most) {
        AugdJob *job = lane->first;
        unlink_job(lane, job);
        job->is_working = true;
        lane->n_working++;
        uv_queue_work(lane->uv, &job->work, run_job, after_job);
    }
}

void augd_lane_add(AugdLane *lane, AugdJob *job)
{
    job->lane = lane;
    job->work.data = job;
    job->previous = lane->last;
    job->next = NULL;
    if (lane->last)
        lane->last->next = job;
    else
        lane->first = job;
    lane->last = job;
    start_next(lane);
}

bool augd_job_remove(AugdJob *job)
{
    if (job->is_working)
        (void)uv_cancel((uv_req_t *)&job->work);
    if (!job->lane || job->is_working)
        return false;
    unlink_job(job->lane, job);
    job->lane = NULL;
    return true;
}
