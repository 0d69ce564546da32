// What a training step reads and advances: one of these per replica, on the device, so that a
// recorded step depends on no value of the host. StateLayout.java has the same words.

struct State {
    uint64_t seed;
    uint64_t step;  // iterations done
    double learning_rate;
    float gradient_factor, momentum;  // of V <- momentum V + gradient_factor X'D
    double learning_rate_initial, learning_rate_decay, learning_rate_minimum;
    double momentum_initial, momentum_last, momentum_epochs;
    uint64_t iterations_per_epoch;
    uint64_t minibatches_per_iteration;  // k
    // Sums over all iterations; the host divides differences.
    double d_loss, g_loss, d_real, d_fake, update_norm;
    double update_square;  // of this iteration so far
    double adam_beta1, adam_beta2, adam_epsilon;  // all 0: momentum SGD
    // Who is ahead stands still. The generator's state has the lead of D: D(x) - D(G(z)), a running
    // mean; each network's own the lead beyond which it stands still.
    double lead, lead_sum, lead_rate, lead_limit;
    uint64_t standing;  // in the coming iteration, 0 or 1
    uint64_t paused;    // iterations that it stood still
    uint64_t rollbacks;  // the host's
    uint64_t adam_begin;  // the step from which Adam's are counted
    uint64_t rank, ranks;  // which part of each minibatch this has, of how many; 0 of 0: all of it
};

// A state that names no epoch has epochs of one iteration.
GAN4J_FN uint64_t iterations_of_epoch(const State* s) {
    return s->iterations_per_epoch == 0 ? 1 : s->iterations_per_epoch;
}

// From 0.
GAN4J_FN uint64_t epoch_of(const State* s) { return s->step / iterations_of_epoch(s); }

// A minibatch may have parts, each on a machine of its own. Every part draws for its rows what the
// whole would. With this bit of the site a part's rows are two halves, as generated and real
// examples are, and it has its share of each.
#define GAN4J_HALVES 0x08000000u

// Which words of a site a part has: where its groups of four elements stand in the whole, those from
// `half` on `jump` further.
struct Place {
    uint32_t site, first, half, jump;
};

// For n elements; those of a part, or of its halves, are a multiple of four.
GAN4J_FN Place place_of(const State* s, int site, uint64_t n) {
    Place place = {(uint32_t)site, 0u, 0xFFFFFFFFu, 0u};
    if (s->ranks > 1) {
        bool halves = (place.site & GAN4J_HALVES) != 0;
        uint32_t part = (uint32_t)(n / (halves ? 8 : 4));
        place.site &= ~GAN4J_HALVES;
        place.first = (uint32_t)s->rank * part;
        place.half = halves ? part : place.half;
        place.jump = halves ? (uint32_t)(s->ranks - 1) * part : 0u;
    }
    return place;
}

// Without a branch: loops over groups become vectors.
GAN4J_FN uint32_t group_in_whole(const Place& place, uint32_t group) {
    return group + place.first + (place.jump & (0u - (uint32_t)(group >= place.half)));
}

// The row of the whole minibatch that is a row of this part, of so many.
GAN4J_FN uint64_t row_in_whole(const State* s, uint64_t rows, uint64_t row) {
    return s->ranks > 1 ? s->rank * rows + row : row;
}

// Which example of `count` stands in `row` of an iteration's minibatch of `rows`, or of this part
// of it. Beyond the end of an epoch's order it begins again.
GAN4J_FN uint32_t example_at(const State* s, uint64_t minibatch, uint64_t rows, uint64_t row,
                             uint32_t count) {
    uint64_t iteration = s->step % iterations_of_epoch(s);
    uint64_t batch = iteration * s->minibatches_per_iteration + minibatch;
    uint64_t all = s->ranks > 1 ? s->ranks * rows : rows;
    return shuffled((uint32_t)((batch * all + row_in_whole(s, rows, row)) % count), count, s->seed,
                    epoch_of(s));
}

// Sets the learning rate and the momentum that belong to `step`.
GAN4J_FN void set_schedule(State* s) {
    double decayed = s->learning_rate_initial /
                     integer_power(s->learning_rate_decay, s->step * s->minibatches_per_iteration);
    s->learning_rate = decayed > s->learning_rate_minimum ? decayed : s->learning_rate_minimum;
    if (s->adam_beta2 > 0) {
        // V takes the gradient as it is: Adam's own kernel makes a step of it.
        s->gradient_factor = 1.0f;
        s->momentum = 0.0f;
        return;
    }
    s->gradient_factor = -(float)s->learning_rate;
    double epoch = (double)epoch_of(s);
    double fraction = epoch / (s->momentum_epochs - 1.0);
    fraction = fraction < 1.0 ? fraction : 1.0;
    s->momentum =
        (float)(s->momentum_initial + (s->momentum_last - s->momentum_initial) * fraction);
}

// The iteration's updates are all done, some may be counted in `other`, and `step` is the next one's.
GAN4J_FN void settle_iteration(State* s, State* other) {
    s->update_norm += sqrt(other == nullptr ? s->update_square
                                            : s->update_square + other->update_square);
    s->update_square = 0.0;
    set_schedule(s);
    if (other == nullptr) return;
    other->update_square = 0.0;
    set_schedule(other);
}

// Adam (Kingma & Ba, 2015, algorithm 1) at its step t, from 1.
struct Adam {
    float beta1, new1, beta2, new2;  // how much of a moment stays, and of the new one goes in
    float epsilon, rate, correction1, correction2;
};

// For update number `update`, from 0, of an iteration that has `updates`.
GAN4J_FN Adam adam_at(const State* s, uint64_t updates, uint64_t update) {
    uint64_t t = (s->step - s->adam_begin) * updates + update + 1;
    Adam a = {(float)s->adam_beta1,
              (float)(1.0 - s->adam_beta1),
              (float)s->adam_beta2,
              (float)(1.0 - s->adam_beta2),
              (float)s->adam_epsilon,
              s->standing ? 0.0f : (float)s->learning_rate,
              (float)(1.0 - integer_power(s->adam_beta1, t)),
              (float)(1.0 - integer_power(s->adam_beta2, t))};
    return a;
}

// The step of one weight; its moments m and v take in the gradient.
GAN4J_FN float adam_step(const Adam& a, float gradient, float* m, float* v) {
    *m = a.beta1 * *m + a.new1 * gradient;
    *v = a.beta2 * *v + a.new2 * (gradient * gradient);
    return -(a.rate * (*m / a.correction1)) / (sqrtf(*v / a.correction2) + a.epsilon);
}

GAN4J_FN void advance_states(State* s, State* other) {
    s->step++;
    if (other != nullptr) other->step++;
}

// A network that stands still takes no step: with momentum its velocity becomes 0; with Adam its
// rate is 0, and its moments go on with the gradients.
GAN4J_FN void stand(State* s, bool still) {
    s->standing = still ? 1 : 0;
    if (!still || s->adam_beta2 > 0) return;
    s->gradient_factor = 0.0f;
    s->momentum = 0.0f;
}

// After the schedules are set. With `observe` the iteration that has ended is taken in.
GAN4J_FN void coordinate_players(State* generator, State* discriminator, bool observe) {
    if (observe) {
        generator->paused += generator->standing;
        discriminator->paused += discriminator->standing;
        double sum = generator->d_real - generator->d_fake;
        double now = sum - generator->lead_sum;
        generator->lead += generator->lead_rate * (now - generator->lead);
        generator->lead_sum = sum;
    }
    stand(discriminator, generator->lead > discriminator->lead_limit);
    stand(generator, generator->lead < generator->lead_limit);
}

// The loss's value and slope for one logit a. D: 1/2 [softplus(-a(x)) + softplus(a(G(z)))].
GAN4J_FN double d_loss_of(double a, bool real) { return 0.5 * softplus(real ? -a : a); }
GAN4J_FN double d_slope_of(double a, bool real) { return 0.5 * (sigmoid(a) - (real ? 1.0 : 0.0)); }
// G: softplus(-a), or -softplus(a) with the minimax objective.
GAN4J_FN double g_loss_of(double a, bool minimax) { return minimax ? -softplus(a) : softplus(-a); }
GAN4J_FN double g_slope_of(double a, bool minimax) {
    return minimax ? -sigmoid(a) : sigmoid(a) - 1.0;
}

// What softmax of a row's logits needs: e^(l - largest) / sum.
struct Softmax {
    double largest, sum;
};

GAN4J_FN Softmax softmax_of(const float* logits, int64_t classes) {
    Softmax s = {(double)logits[0], 0.0};
    for (int64_t c = 1; c < classes; c++)
        s.largest = (double)logits[c] > s.largest ? (double)logits[c] : s.largest;
    for (int64_t c = 0; c < classes; c++) s.sum += exp((double)logits[c] - s.largest);
    return s;
}

// The slope of a row's cross-entropy of softmax(logits) with its target, one of `rows` that a mean
// is taken of.
GAN4J_FN void slope_of_row(float* slope, const float* logits, const float* target,
                           int64_t classes, double rows) {
    Softmax s = softmax_of(logits, classes);
    for (int64_t c = 0; c < classes; c++)
        slope[c] = (float)((exp((double)logits[c] - s.largest) / s.sum - (double)target[c]) / rows);
}

// ln of the sum of e^l over a row's logits l.
GAN4J_FN float log_sum_of_row(const float* logits, int64_t classes) {
    Softmax s = softmax_of(logits, classes);
    return (float)(s.largest + log(s.sum));
}

// The way of that sum's slope back to the logits.
GAN4J_FN void spread_to_row(float* slope, const float* logits, float of_sum, int64_t classes) {
    Softmax s = softmax_of(logits, classes);
    for (int64_t c = 0; c < classes; c++)
        slope[c] = (float)(exp((double)logits[c] - s.largest) / s.sum * (double)of_sum);
}

// v <- momentum v + factor gradient. F is a number or a vector of them.
template <class F>
GAN4J_FN F with_gradient(F velocity, F gradient, float momentum, float factor) {
    return momentum * velocity + factor * gradient;
}

// What the losses of a minibatch add up to: D's losses on generated and real examples, the sums of
// D(.) likewise, G's losses.
enum { D_LOSSES = 0, PROBABILITIES = 2, G_LOSSES = 4, LOSS_SUMS = 5 };

// Logit a of example i, the generated ones first: its losses, and the slopes that are wanted.
GAN4J_FN void add_losses(double* sums, float* d_slope, float* g_slope, double a, int64_t i,
                         int64_t fake_rows, int64_t real_rows, bool minimax) {
    bool real = i >= fake_rows;
    double m = real ? (double)real_rows : (double)fake_rows;
    double loss = d_loss_of(a, real), probability = sigmoid(a);
    sums[D_LOSSES] += real ? 0.0 : loss;
    sums[D_LOSSES + 1] += real ? loss : 0.0;
    sums[PROBABILITIES] += real ? 0.0 : probability;
    sums[PROBABILITIES + 1] += real ? probability : 0.0;
    if (d_slope != nullptr) d_slope[i] = (float)(d_slope_of(a, real) / m);
    if (!real) sums[G_LOSSES] += g_loss_of(a, minimax);
    if (!real && g_slope != nullptr) g_slope[i] = (float)(g_slope_of(a, minimax) / m);
}

// Adds the means of those whose slopes are wanted.
GAN4J_FN void add_means(State* s, const double* sums, bool d, bool g, double fake_rows,
                        double real_rows, double weight) {
    if (d) {
        s->d_loss += weight * (sums[D_LOSSES + 1] / real_rows + sums[D_LOSSES] / fake_rows);
        s->d_real += weight * (sums[PROBABILITIES + 1] / real_rows);
        s->d_fake += weight * (sums[PROBABILITIES] / fake_rows);
    }
    if (g) s->g_loss += sums[G_LOSSES] / fake_rows;
}
