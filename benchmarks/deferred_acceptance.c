/* Student-proposing deferred acceptance, compiled: what benchmarks/deferred_acceptance.py puts beside ours.

   Pairs stand student after student, those of student i at start[i] .. start[i + 1] - 1. Ranks are strict within each
   student and within each mentor, smaller is better. Writes the position of the pair that each student ends with, or
   -1, and returns the number of students with one, or -1 where memory ran out. */
#include <stdint.h>
#include <stdlib.h>

typedef struct { int32_t rank, pair, student; } Seat;

/* Seats of a mentor are a heap, worst on top. */
static void sift_down(Seat *heap, int32_t size, Seat seat) {
    int32_t at = 0;
    for (;;) {
        int32_t child = 2 * at + 1;
        if (child >= size) break;
        if (child + 1 < size && heap[child + 1].rank > heap[child].rank) child++;
        if (heap[child].rank <= seat.rank) break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = seat;
}

static void sift_up(Seat *heap, int32_t at, Seat seat) {
    while (at > 0 && heap[(at - 1) / 2].rank < seat.rank) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = seat;
}

/* Lists stand best first. */
int64_t presorted(int32_t num_students, int32_t num_mentors, const int64_t *start, const int32_t *mentor,
                  const int32_t *mentor_rank, const int64_t *quota, int32_t *matched) {
    int64_t *first = malloc(((size_t)num_mentors + 1) * sizeof *first);
    int32_t *load = calloc((size_t)num_mentors + 1, sizeof *load);
    int64_t *next = malloc(((size_t)num_students + 1) * sizeof *next);
    if (!first || !load || !next) return -1;
    first[0] = 0;
    for (int32_t j = 0; j < num_mentors; j++) first[j + 1] = first[j] + quota[j];
    Seat *seats = malloc(((size_t)first[num_mentors] + 1) * sizeof *seats);
    if (!seats) return -1;
    for (int32_t i = 0; i < num_students; i++) {
        next[i] = start[i];
        matched[i] = -1;
    }
    int64_t placed = 0;
    for (int32_t i = 0; i < num_students; i++) {
        int32_t student = i;
        while (student >= 0) {
            int32_t rejected = -1;
            while (next[student] < start[student + 1]) {
                int64_t pair = next[student]++;
                int32_t j = mentor[pair];
                Seat *heap = seats + first[j], seat = {mentor_rank[pair], (int32_t)pair, student};
                if (load[j] < quota[j]) {
                    sift_up(heap, load[j]++, seat);
                    matched[student] = (int32_t)pair;
                    placed++;
                    break;
                }
                if (load[j] && heap[0].rank > seat.rank) {
                    rejected = heap[0].student;
                    matched[rejected] = -1;
                    sift_down(heap, load[j], seat);
                    matched[student] = (int32_t)pair;
                    break;
                }
            }
            student = rejected;
        }
    }
    free(first); free(load); free(next); free(seats);
    return placed;
}

/* Lists stand in any order and student_rank tells which is best, as in a Market: sort each, then as above. */
int64_t unsorted(int32_t num_students, int32_t num_mentors, const int64_t *start, const int32_t *mentor,
                 const int32_t *student_rank, const int32_t *mentor_rank, const int64_t *quota, int32_t *matched) {
    int64_t num_pairs = start[num_students];
    int32_t *pair = malloc(((size_t)num_pairs + 1) * sizeof *pair);
    int32_t *mentors = malloc(((size_t)num_pairs + 1) * sizeof *mentors);
    int32_t *ranks = malloc(((size_t)num_pairs + 1) * sizeof *ranks);
    if (!pair || !mentors || !ranks) return -1;
    for (int32_t i = 0; i < num_students; i++) {
        int64_t length = start[i + 1] - start[i];
        int32_t dense = 1;
        for (int64_t p = start[i]; p < start[i + 1]; p++) dense &= student_rank[p] >= 1 && student_rank[p] <= length;
        if (dense) {
            /* Strict ranks 1 .. length are places already. */
            for (int64_t p = start[i]; p < start[i + 1]; p++) pair[start[i] + student_rank[p] - 1] = (int32_t)p;
            continue;
        }
        for (int64_t p = start[i]; p < start[i + 1]; p++) {
            int64_t at = p;
            while (at > start[i] && student_rank[pair[at - 1]] > student_rank[p]) {
                pair[at] = pair[at - 1];
                at--;
            }
            pair[at] = (int32_t)p;
        }
    }
    for (int64_t p = 0; p < num_pairs; p++) {
        mentors[p] = mentor[pair[p]];
        ranks[p] = mentor_rank[pair[p]];
    }
    int64_t placed = presorted(num_students, num_mentors, start, mentors, ranks, quota, matched);
    for (int32_t i = 0; i < num_students; i++)
        if (matched[i] >= 0) matched[i] = pair[matched[i]];
    free(pair); free(mentors); free(ranks);
    return placed;
}
