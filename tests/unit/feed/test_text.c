#include "documents.h"

/* What a text says is the same, whatever the layers that it is wrapped in. */

static void a_title_is_decoded_once_whatever_its_layers(void **state)
{
    (void)state;
    GIVEN(its_title, {ITEM("<title>Talks begin</title>"), "Talks begin"}, {ITEM("<title>Talks &lt;b&gt;begin&lt;/b&gt;</title>"), "Talks begin"},
          {ITEM("<title><![CDATA[Talks <b>begin</b>]]></title>"), "Talks begin"}, {ITEM("<title>Talks <b>begin</b></title>"), "Talks begin"},
          {ITEM("<title><![CDATA[Talks &lt;b&gt;begin&lt;/b&gt;]]></title>"), "Talks begin"}, {ITEM("<title>Talks &amp;lt;b&amp;gt;begin&amp;lt;/b&amp;gt;</title>"), "Talks begin"},
          {ITEM("<title>&lt;![CDATA[Talks begin]]&gt;</title>"), "Talks begin"}, {ITEM("<title>&lt;![CDATA[Talks &lt;b&gt;begin&lt;/b&gt;]]&gt;</title>"), "Talks begin"},
          {ITEM("<title>&lt;p&gt;Talks begin&lt;/p&gt;</title>"), "Talks begin"}, {ITEM("<title>\n   Talks\n   begin\t\n</title>"), "Talks begin"},
          {ITEM("<title>Talks&#160;begin&#xA0;&nbsp;</title>"), "Talks begin"}, {ITEM("<title>Talks&lt;br/&gt;begin</title>"), "Talks begin"});
}

static void signs_that_a_title_writes_as_entities_are_its_text(void **state)
{
    (void)state;
    GIVEN(its_title, {ITEM("<title>AT&amp;T</title>"), "AT&T"}, {ITEM("<title>AT&amp;amp;T</title>"), "AT&T"}, {ITEM("<title><![CDATA[AT&T]]></title>"), "AT&T"},
          {ITEM("<title><![CDATA[AT&amp;T]]></title>"), "AT&T"}, {ITEM("<title>AT&T</title>"), "AT&T"}, {ITEM("<title>1 &lt; 2</title>"), "1 < 2"},
          {ITEM("<title>1 &amp;lt; 2</title>"), "1 < 2"}, {ITEM("<title><![CDATA[1 < 2]]></title>"), "1 < 2"}, {ITEM("<title>1 < 2 > 0</title>"), "1 < 2 > 0"},
          {ITEM("<title>Who&amp;#8217;s &amp;quot;in&amp;quot;?</title>"), "Who\xE2\x80\x99s \"in\"?"},
          {ITEM("<title>vector&lt;int&gt;</title>"), "vector<int>"}, {ITEM("<title>I &lt;3 you &lt;- here</title>"), "I <3 you <- here"});
}

static void a_text_is_decoded_once_whatever_its_layers(void **state)
{
    (void)state;
#define WANT "One & two\n\nthree < four"
    GIVEN(its_summary, {ITEM("<description>&lt;p&gt;One &amp;amp; two&lt;/p&gt;&lt;p&gt;three &amp;lt; four&lt;/p&gt;</description>"), WANT},
          {ITEM("<description><![CDATA[<p>One &amp; two</p><p>three &lt; four</p>]]></description>"), WANT},
          {ITEM("<description><p>One &amp; two</p><p>three &lt; four</p></description>"), WANT},
          {ITEM("<description>&amp;lt;p&amp;gt;One &amp;amp;amp; two&amp;lt;/p&amp;gt;&amp;lt;p&amp;gt;three &amp;amp;lt; four&amp;lt;/p&amp;gt;</description>"), WANT},
          {ITEM("<description><![CDATA[&lt;p&gt;One &amp;amp; two&lt;/p&gt;&lt;p&gt;three &amp;lt; four&lt;/p&gt;]]></description>"), WANT},
          {ITEM("<description>&lt;![CDATA[<p>One &amp; two</p><p>three &lt; four</p>]]&gt;</description>"), WANT},
          {ITEM("<description>&lt;![CDATA[&lt;p&gt;One &amp;amp; two&lt;/p&gt;&lt;p&gt;three &amp;lt; four&lt;/p&gt;]]&gt;</description>"), WANT},
          {ITEM("<description><div xmlns='http://www.w3.org/1999/xhtml'><p>One &amp; two</p><p>three &lt; four</p></div></description>"), WANT},
          {ITEM("<description>One &amp; two<![CDATA[<p>three &lt; four</p>]]></description>"), WANT},
          {ENTRY("<summary type='html'>&lt;p&gt;One &amp;amp; two&lt;/p&gt;&lt;p&gt;three &amp;lt; four&lt;/p&gt;</summary>"), WANT},
          {ENTRY("<summary type='html'><![CDATA[<p>One &amp; two</p><p>three &lt; four</p>]]></summary>"), WANT},
          {ENTRY("<summary type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>One &amp; two</p><p>three &lt; four</p></div></summary>"), WANT},
          {ENTRY("<summary>One &amp; two\n\nthree &lt; four</summary>"), WANT});
#undef WANT
}

/* A text that has mark-up of its own shows escaped mark-up on purpose. */
static void markup_that_a_text_talks_about_stays(void **state)
{
    (void)state;
    GIVEN(its_summary, {ITEM("<description>&lt;p&gt;Use the &amp;lt;b&amp;gt; tag&lt;/p&gt;</description>"), "Use the <b> tag"},
          {ITEM("<description><![CDATA[<p>Write &lt;p&gt;x&lt;/p&gt; and &amp;amp;</p>]]></description>"), "Write <p>x</p> and &amp;"},
          {ENTRY("<summary type='text'>Write &lt;p&gt;x&lt;/p&gt; &amp;amp; y</summary>"), "Write <p>x</p> &amp; y"},
          {ENTRY("<summary type='xhtml'><div><p>Write &lt;p&gt;x&lt;/p&gt; &amp;amp;</p></div></summary>"), "Write <p>x</p> &amp;"});
    GIVEN(its_title, {ENTRY("<title type='text'>The &lt;b&gt; tag</title>"), "The <b> tag"}, {ENTRY("<title>The &lt;b&gt; tag</title>"), "The <b> tag"},
          {ENTRY("<title>The tag\n\nof bold</title>"), "The tag of bold"},
          {ENTRY("<title type='html'>The &amp;lt;b&amp;gt; tag</title>"), "The <b> tag"});
}

static void atoms_types_and_modes_are_followed(void **state)
{
    (void)state;
    GIVEN(its_content, {ENTRY("<content type='html'>&lt;p&gt;One&lt;/p&gt;</content>"), "One"}, {ENTRY("<content type='HTML'>&lt;p&gt;One&lt;/p&gt;</content>"), "One"},
          {ENTRY("<content type='text/html'>&lt;p&gt;One&lt;/p&gt;</content>"), "One"}, {ENTRY("<content type='text/html; charset=utf-8'>&lt;p&gt;One&lt;/p&gt;</content>"), "One"},
          {ENTRY("<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>One<br/>two</div></content>"), "One\ntwo"},
          {ENTRY("<content type='xhtml'><h:div xmlns:h='http://www.w3.org/1999/xhtml'><h:p>One</h:p><h:p>two</h:p></h:div></content>"), "One\n\ntwo"},
          {ENTRY("<content type='application/xhtml+xml'><div xmlns='http://www.w3.org/1999/xhtml'><p>One</p></div></content>"), "One"},
          {ENTRY("<content type='xhtml'>&lt;p&gt;One&lt;/p&gt;</content>"), "One"}, {ENTRY("<content>One\n\ntwo</content>"), "One\n\ntwo"},
          {ENTRY("<content type='text/plain'>1 &lt; 2</content>"), "1 < 2"}, {ENTRY("<content type='text'>1 &lt; 2</content>"), "1 < 2"},
          {ENTRY("<content type='text'><p>One</p><p>two</p></content>"), "One\n\ntwo"}, {ENTRY("<content type='image/png'>iVBORw0KGgo=</content>"), NULL},
          {ENTRY("<content type='application/octet-stream'>PHA+T25lICZhbXA7\nIHR3bzwvcD4=</content>"), "One & two"},
          {ENTRY("<content type='application/octet-stream'>One, two</content>"), "One, two"}, {ENTRY("<content type='application/x'><p>One</p></content>"), "One"},
          {ENTRY("<content type='application/xml'><p>One</p></content>"), "One"}, {ENTRY("<content type='application/xml'>&lt;p>One&lt;/p></content>"), "One"},
          {ENTRY("<content type='application/pdf' src='https://no.example/1.pdf'/>"), NULL}, {ENTRY("<content type='html' src='https://no.example/1'/>"), NULL},
          {ENTRY("<content type='html'></content>"), NULL});
#define ATOM_03(inside) "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry>" inside "</entry></feed>"
    GIVEN(its_content, {ATOM_03("<content type='text/html' mode='escaped'>&lt;p&gt;One&lt;/p&gt;</content>"), "One"},
          {ATOM_03("<content type='application/xhtml+xml' mode='xml'><div xmlns='http://www.w3.org/1999/xhtml'><p>One</p></div></content>"), "One"},
          {ATOM_03("<content type='application/xhtml+xml'><div><p>One</p></div></content>"), "One"}, {ATOM_03("<content mode='escaped'>&lt;p&gt;One&lt;/p&gt;</content>"), "One"},
          {ATOM_03("<content type='text/html'>&lt;p&gt;One&lt;/p&gt;</content>"), "One"}, {ATOM_03("<content type='text/plain'>1 &lt; 2</content>"), "1 < 2"},
          {ATOM_03("<content type='text/html' mode='base64'>PHA+T25lICZhbXA7IHR3bzwvcD4=</content>"), "One & two"},
          {ATOM_03("<content type='text/plain' mode='base64'>\n T25l\n IHR3bw==\n</content>"), "One two"},
          {ATOM_03("<content type='image/png' mode='base64'>iVBORw0KGgo=</content>"), NULL});
    GIVEN(its_title, {ATOM_03("<title mode='escaped' type='text/html'>One &lt;b>two&lt;/b> &amp;amp; three</title>"), "One two & three"},
          {ATOM_03("<title mode='base64' type='text/plain'>T25l</title>"), "One"}, {ENTRY("<title type='xhtml'><div>One <b>two</b> &lt;3</div></title>"), "One two <3"},
          {ENTRY("<title type='html'>One &lt;b>two&lt;/b> &amp;amp; three</title>"), "One two & three"});
}

static void a_type_that_is_wrong_does_not_lose_the_text(void **state)
{
    (void)state;
    GIVEN(its_title, {ENTRY("<title type='plain'>One</title>"), "One"}, {ENTRY("<title type=''>One</title>"), "One"}, {ENTRY("<title type='TEXT'>One</title>"), "One"},
          {ENTRY("<title type='string'>One</title>"), "One"}, {ENTRY("<title type='application/xhtml+xml'>One</title>"), "One"}, {ITEM("<title type='html'>One</title>"), "One"});
    GIVEN(its_content, {ENTRY("<content type='application/html'>&lt;p>One&lt;/p></content>"), "One"}, {ENTRY("<content type='xml'><p>One</p></content>"), "One"},
          {ENTRY("<content type='html'><p>One</p><p>two</p></content>"), "One\n\ntwo"}, {ENTRY("<content type='text/x-markdown'>One *two*</content>"), "One *two*"});
}

static void what_is_no_text_in_a_text_goes(void **state)
{
    (void)state;
    GIVEN(its_summary, {ITEM("<description><![CDATA[One<script>no</script><style>no</style><!-- no --><img src='x' width='1' height='1'/> two]]></description>"), "One two"},
          {ITEM("<description>One<script>if (1 &lt; 2) no()</script> two</description>"), "One two"}, {ITEM("<description>One<!-- no --> two</description>"), "One two"},
          {ITEM("<description><?no x ?>One two</description>"), "One two"}, {ITEM("<description> \n&lt;p&gt;&lt;/p&gt; </description>"), NULL});
}

static void pieces_of_a_text_come_together(void **state)
{
    (void)state;
    GIVEN(its_title, {ITEM("<title>O<![CDATA[n]]>e&#32;<!-- -->tw&#111;<?x?></title>"), "One two"}, {ITEM("<title>One&amp;<![CDATA[two]]></title>"), "One&two"},
          {ITEM("<title>a&am<![CDATA[p;b]]></title>"), "a&b"});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_title_is_decoded_once_whatever_its_layers),
        cmocka_unit_test(signs_that_a_title_writes_as_entities_are_its_text),
        cmocka_unit_test(a_text_is_decoded_once_whatever_its_layers),
        cmocka_unit_test(markup_that_a_text_talks_about_stays),
        cmocka_unit_test(atoms_types_and_modes_are_followed),
        cmocka_unit_test(a_type_that_is_wrong_does_not_lose_the_text),
        cmocka_unit_test(what_is_no_text_in_a_text_goes),
        cmocka_unit_test(pieces_of_a_text_come_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
