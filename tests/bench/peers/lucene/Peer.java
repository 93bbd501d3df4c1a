/* Rules and texts of make_workload in Lucene Monitor: Peer rules.tsv COUNT texts SECONDS. For each way to set it up that does well
 * somewhere, its texts a second of the matching thread's CPU alone (compiler and collector are not counted against it), after a
 * warm-up; the best is printed as bench_match prints its values. A hit gives its rule's id and the places of its terms; the ids
 * alone take no less time. */
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.Term;
import org.apache.lucene.monitor.HighlightsMatch;
import org.apache.lucene.monitor.Monitor;
import org.apache.lucene.monitor.MonitorConfiguration;
import org.apache.lucene.monitor.MonitorQuery;
import org.apache.lucene.monitor.MultipassTermFilteredPresearcher;
import org.apache.lucene.monitor.Presearcher;
import org.apache.lucene.monitor.TermFilteredPresearcher;
import org.apache.lucene.monitor.TermWeightor;
import org.apache.lucene.queries.spans.SpanNearQuery;
import org.apache.lucene.queries.spans.SpanOrQuery;
import org.apache.lucene.queries.spans.SpanQuery;
import org.apache.lucene.queries.spans.SpanTermQuery;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;

public class Peer {
    static final String FIELD = "text";
    static final Analyzer analyzer = new StandardAnalyzer();

    static List<String> words(String text) throws Exception {
        List<String> words = new ArrayList<>();
        try (TokenStream tokens = analyzer.tokenStream(FIELD, text)) {
            CharTermAttribute word = tokens.addAttribute(CharTermAttribute.class);
            tokens.reset();
            while (tokens.incrementToken())
                words.add(word.toString());
            tokens.end();
        }
        return words;
    }

    /* ---- Rules ---- */

    static Query phrase(String text) throws Exception {
        PhraseQuery.Builder phrase = new PhraseQuery.Builder();
        for (String word : words(text))
            phrase.add(new Term(FIELD, word));
        return phrase.build(); /* of one word it is rewritten to a TermQuery */
    }

    static SpanQuery span(String text) throws Exception {
        List<SpanQuery> words = new ArrayList<>();
        for (String word : words(text))
            words.add(new SpanTermQuery(new Term(FIELD, word)));
        return words.size() == 1 ? words.get(0) : new SpanNearQuery(words.toArray(new SpanQuery[0]), 0, true);
    }

    static Query rule(String[] columns) throws Exception {
        BooleanQuery.Builder any = new BooleanQuery.Builder();
        List<SpanQuery> context = new ArrayList<>();
        if (!columns[2].isEmpty())
            for (String word : columns[2].split("\\|"))
                context.add(span(word));
        SpanQuery near = context.isEmpty() ? null : new SpanOrQuery(context.toArray(new SpanQuery[0]));
        for (String text : columns[1].split("\\|"))
            any.add(near == null ? phrase(text) : new SpanNearQuery(new SpanQuery[] {span(text), near}, 8, false), BooleanClause.Occur.SHOULD);
        if (!columns[3].isEmpty())
            any.add(phrase(columns[3]), BooleanClause.Occur.MUST_NOT);
        return any.build();
    }

    static Monitor load(List<String> lines, Presearcher presearcher) throws Exception {
        Monitor monitor = new Monitor(analyzer, presearcher, new MonitorConfiguration().setQueryUpdateBufferSize(1000));
        List<MonitorQuery> batch = new ArrayList<>();
        for (String line : lines) {
            String[] columns = line.split("\t", -1);
            batch.add(new MonitorQuery(columns[0], rule(columns)));
        }
        monitor.register(batch);
        return monitor;
    }

    /* ---- Texts ---- */

    static Document document(String text) {
        Document document = new Document();
        document.add(new TextField(FIELD, text, Field.Store.NO));
        return document;
    }

    /* The rarer a word the better its rule is found by it. */
    static TermWeightor rarest(String[] texts) throws Exception {
        Map<String, Integer> seen = new HashMap<>();
        for (int i = 0; i < Math.min(texts.length, 2000); i++)
            for (String word : Set.copyOf(words(texts[i])))
                seen.merge(word, 1, Integer::sum);
        return term -> 1.0 / (1 + seen.getOrDefault(term.text(), 0));
    }

    static double now() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
    }

    static class Score {
        double seconds;
        long texts, hits, queries;

        double speed() {
            return texts / seconds;
        }
    }

    /* One text at a time: batches of 64 run fewer queries for each text and took longer whatever the rules, up to 80 times. */
    static Score pass(Monitor monitor, String[] texts, double seconds, int[] at) throws Exception {
        Score score = new Score();
        for (double began = now(); (score.seconds = now() - began) < seconds && score.texts < texts.length; score.texts++) {
            var found = monitor.match(document(texts[at[0]++ % texts.length]), HighlightsMatch.MATCHER);
            score.hits += found.getMatchCount();
            score.queries += found.getQueriesRun();
        }
        return score;
    }

    public static void main(String[] args) throws Exception {
        List<String> lines = Files.readAllLines(Path.of(args[0])).subList(0, Integer.parseInt(args[1]));
        String[] texts = Files.readString(Path.of(args[2]), StandardCharsets.UTF_8).split("\0");
        double seconds = Double.parseDouble(args[3]), load = 0;
        TermWeightor weightor = rarest(texts);
        Score best = null;
        for (int passes : new int[] {1, 2}) {
            int[] at = {0};
            double began = now();
            Monitor monitor = load(lines, passes == 1 ? new TermFilteredPresearcher(weightor, List.of(), Set.of())
                                                      : new MultipassTermFilteredPresearcher(passes, 0, weightor, List.of(), Set.of()));
            double took = now() - began;
            pass(monitor, texts, seconds, at); /* warms up; what is measured goes on behind it */
            Score score = pass(monitor, texts, seconds, at);
            System.err.printf("%d passes: %.1f texts a second, %.2f hits, %.1f queries%n", passes, score.speed(), (double)score.hits / score.texts,
                              (double)score.queries / score.texts);
            if (best == null || score.speed() > best.speed()) {
                best = score;
                load = took;
            }
            monitor.close();
        }
        System.out.printf("texts %d%nhits_a_text %.2f%ntexts_a_second %.1f%nload_s %.1f%n", best.texts, (double)best.hits / best.texts, best.speed(), load);
    }
}
