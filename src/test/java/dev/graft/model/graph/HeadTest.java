package dev.graft.model.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HeadTest {
    @Test
    void names_lieUnderThePath() {
        Head head = new Head("classifier.1");
        assertEquals("classifier.1.weight", head.weight());
        assertEquals("classifier.1.bias", head.bias());
        assertTrue(head.holds("classifier.1.bias"));
        assertFalse(head.holds("classifier.10.bias"));
        assertFalse(head.holds("classifier.1"));
    }

    /** A network that is nothing but a linear layer. */
    @Test
    void names_emptyPath_haveNoPrefix() {
        Head head = new Head("");
        assertEquals("weight", head.weight());
        assertTrue(head.holds("bias"));
    }

    @Test
    void pathOf_theWord_isThePath_ofOtherLayersTheirOwn() {
        Head head = new Head("fc");
        assertEquals("fc", head.pathOf(Head.WORD));
        assertEquals("layer4", head.pathOf("layer4"));
    }
}
