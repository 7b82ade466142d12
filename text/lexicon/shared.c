/* A list under a lock: a process has a few files open. */
#include "text/lexicon/shared.h"

#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static TxtShared *first; /* guarded by lock */

/* false where there is none; opening the file says why. */
static bool read_key(const char *path, TxtSharedKey *key)
{
    struct stat status;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    const bool is_read = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
                         pread(fd, key->head, sizeof(key->head), 0) == (ssize_t)sizeof(key->head);
    close(fd);
    if (is_read)
        key->size = (uint64_t)status.st_size;
    return is_read;
}

/* A path is anybody's to give, so a file of one kind may be asked for as another. */
static bool is_same(const TxtShared *shared, const TxtSharedKey *key, const TxtSharedKind *kind)
{
    return shared->kind == kind && shared->key.size == key->size &&
           memcmp(shared->key.head, key->head, sizeof(key->head)) == 0;
}

/* With the lock. */
static TxtShared *find(const TxtSharedKey *key, const TxtSharedKind *kind)
{
    TxtShared *at = first;
    while (at && !is_same(at, key, kind))
        at = at->next;
    if (at)
        at->owners++;
    return at;
}

/* Lists what was made, unless another thread has listed the same meanwhile, which is returned. By what
 * it was made of: the file may be another than the one that was looked at. */
static TxtShared *add(TxtShared *made, const TxtSharedKind *kind)
{
    pthread_mutex_lock(&lock);
    TxtShared *found = find(&made->key, kind);
    if (!found) {
        made->kind = kind;
        made->is_listed = true;
        made->next = first;
        first = made;
    }
    pthread_mutex_unlock(&lock);
    return found ? found : made;
}

AugStatus txt_shared_open(TxtShared **shared, const char *path, const TxtSharedKind *kind,
                          AugError *error)
{
    TxtSharedKey key;
    TxtShared *made;
    *shared = NULL;
    if (read_key(path, &key)) {
        pthread_mutex_lock(&lock);
        *shared = find(&key, kind);
        pthread_mutex_unlock(&lock);
    }
    if (*shared)
        return AUG_OK;
    AUG_TRY(kind->open(&made, path, error));
    *shared = add(made, kind);
    if (*shared != made)
        kind->free(made);
    return AUG_OK;
}

void txt_shared_set_key(TxtShared *made, const void *bytes, size_t size)
{
    made->key.size = size;
    memcpy(made->key.head, bytes, sizeof(made->key.head));
}

void txt_shared_ref(TxtShared *shared)
{
    pthread_mutex_lock(&lock);
    shared->owners++;
    pthread_mutex_unlock(&lock);
}

void txt_shared_unref(TxtShared *shared, const TxtSharedKind *kind)
{
    pthread_mutex_lock(&lock);
    const bool is_last = --shared->owners == 0;
    if (is_last && shared->is_listed) {
        TxtShared **at = &first;
        while (*at != shared)
            at = &(*at)->next;
        *at = shared->next;
    }
    pthread_mutex_unlock(&lock);
    if (is_last)
        kind->free(shared);
}
