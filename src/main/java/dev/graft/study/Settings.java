package dev.graft.study;

import dev.graft.image.augment.Views;
import dev.graft.plan.TrainingPlan;
import java.util.ArrayList;
import java.util.List;

/**
 * What is varied.
 *
 * @param points of the grid, at least one
 * @param seeds number of seeds, at least 1
 * @param folds number of folds; 0 where the validation pictures judge
 * @param seed the first seed
 */
record Settings(List<GridPoint> points, int seeds, int folds, long seed) {
    /** All runs: the points in turn, for each of them the seeds, for each of these the folds. */
    List<Member> members() {
        List<Member> all = new ArrayList<>();
        for (int point = 0; point < points.size(); point++)
            for (int s = 0; s < seeds; s++) {
                if (folds == 0) all.add(member(point, s, Member.NO_FOLD));
                for (int fold = 0; fold < folds; fold++) all.add(member(point, s, fold));
            }
        return all;
    }

    private Member member(int point, int number, int fold) {
        List<String> name = new ArrayList<>();
        if (points.size() > 1) name.add("point-" + (point + 1));
        if (seeds > 1 || fold == Member.NO_FOLD && points.size() == 1) name.add("seed-" + (seed + number));
        if (fold != Member.NO_FOLD) name.add("fold-" + (fold + 1));
        return new Member(String.join("-", name), point, number, fold);
    }

    /** The seed of the head and the orders. */
    long seed(Member member) {
        return seed + member.seed();
    }

    /** The plan of a run. The first seed leaves it as it is; the others change its seeds of the network and the views. */
    TrainingPlan plan(Member member) {
        TrainingPlan plan = points.get(member.point()).plan();
        if (member.seed() == 0) return plan;
        Views views = plan.input().views();
        return plan.withSeed(plan.seed() + member.seed())
                .withViews(new Views(views.count(), views.augmentation(), views.seed() + member.seed()));
    }
}
