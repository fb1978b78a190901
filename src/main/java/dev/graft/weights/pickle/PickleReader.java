package dev.graft.weights.pickle;

import dev.graft.weights.pickle.PickleValues.Dict;
import dev.graft.weights.pickle.PickleValues.Global;
import dev.graft.weights.pickle.PickleValues.Inert;
import dev.graft.weights.pickle.PickleValues.ScriptObject;
import dev.graft.weights.pickle.PickleValues.Tuple;
import dev.graft.weights.tensor.WeightsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Interprets the opcodes of a pickle (protocols 2 to 5) written by PyTorch, without running any code.
 *
 * <p>A pickle is a program. This interpreter supports numbers, strings, lists, tuples, dicts and the few constructors of
 * {@link PickleCalls}. Everything else that the pickle calls or builds becomes a value that only describes it ({@link
 * Inert}); in a TorchScript archive it is refused. The interpreter is a loop, so nesting cannot overflow the stack of
 * the thread. Each opcode allocates a limited amount, so the limit on opcodes limits the memory.
 */
public final class PickleReader {
    private static final int MAX_OPCODES = 2 << 20;
    private static final Global SET = new Global("builtins", "set");
    private static final Global FROZENSET = new Global("builtins", "frozenset");

    private final PickleInput input;
    private final PickleStack stack;
    private final PickleGlobals globals;
    private final PickleCalls calls;

    private PickleReader(PickleInput input, PickleGlobals globals) {
        this.input = input;
        this.stack = new PickleStack(input, globals.inert());
        this.globals = globals;
        this.calls = new PickleCalls(globals, input);
    }

    /** The value of a pickle. It is checked that the value is a tree of limited depth and size. */
    public static Object read(Path file, String entry, byte[] pickle, PickleGlobals globals) throws IOException {
        return read(new PickleInput(file, entry, pickle), globals);
    }

    /** The value of the pickle at the position of the input; afterwards, the input is positioned after the pickle. */
    public static Object read(PickleInput input, PickleGlobals globals) throws IOException {
        Object root = new PickleReader(input, globals).run();
        PickleTree.check(root, input);
        return root;
    }

    private Object run() throws IOException {
        for (int count = 0; ; count++) {
            int opcode = input.opcode();
            if (opcode == '.') return stack.last();
            if (count >= MAX_OPCODES) throw input.refused("more than " + MAX_OPCODES + " opcodes");
            if (!scalar(opcode)
                    && !container(opcode)
                    && !machine(opcode)
                    && !constructor(opcode)
                    && !(globals.inert() && foreign(opcode)))
                throw input.refused("opcode " + PickleOpcodes.name(opcode) + " is not allowed");
        }
    }

    private boolean scalar(int opcode) throws IOException {
        switch (opcode) {
            case 'N' -> stack.push(null);
            case 0x88 -> stack.push(true);
            case 0x89 -> stack.push(false);
            case 'K' -> stack.push((long) input.u8());
            case 'M' -> stack.push((long) input.u16());
            case 'J' -> stack.push((long) input.i32());
            case 0x8a -> stack.push(input.integer(input.u8()));
            case 0x8b -> stack.push(input.integer(input.i32()));
            case 'G' -> stack.push(input.f64());
            case 'X' -> stack.push(input.utf8(input.u32()));
            case 0x8c -> stack.push(input.utf8(input.u8()));
            case 0x8d -> stack.push(input.utf8(input.i64()));
            case 'T' -> stack.push(input.utf8(input.u32()));
            case 'U' -> stack.push(input.utf8(input.u8()));
            case 'B' -> stack.push(input.bytes(input.u32()));
            case 'C' -> stack.push(input.bytes(input.u8()));
            case 0x8e -> stack.push(input.bytes(input.i64()));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean container(int opcode) throws WeightsException {
        switch (opcode) {
            case ')' -> stack.push(new Tuple(List.of()));
            case 't' -> stack.push(new Tuple(stack.popToMark()));
            case 0x85, 0x86, 0x87 -> stack.push(new Tuple(stack.popLast(opcode - 0x84)));
            case ']' -> stack.push(new ArrayList<>(0));
            case 'l' -> stack.push(stack.popToMark());
            case 'a' -> append(stack.popLast(1));
            case 'e' -> append(stack.popToMark());
            case '}' -> stack.push(Dict.empty(false));
            case 'd' -> {
                List<Object> pairs = stack.popToMark();
                Dict dict = Dict.empty(false);
                stack.putAll(dict, pairs);
                stack.push(dict);
            }
            case 's' -> put(stack.popLast(2));
            case 'u' -> put(stack.popToMark());
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean machine(int opcode) throws IOException {
        switch (opcode) {
            case 0x80 -> protocol(input.u8());
            case 0x95 -> input.frame();
            case '(' -> stack.mark();
            case '0' -> stack.pop();
            case '1' -> stack.popToMark();
            case '2' -> stack.push(stack.top());
            case 'q' -> stack.remember(input.u8());
            case 'r' -> stack.remember(input.u32());
            case 0x94 -> stack.memoize();
            case 'h' -> stack.recall(input.u8());
            case 'j' -> stack.recall(input.u32());
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean constructor(int opcode) throws IOException {
        switch (opcode) {
            case 'c' -> stack.push(globals.find(input.line(), input.line(), input));
            case 0x93 -> {
                String name = stack.pop(String.class);
                stack.push(globals.find(stack.pop(String.class), name, input));
            }
            case 'R' -> {
                Tuple arguments = stack.pop(Tuple.class);
                stack.push(calls.call(callable(), arguments.items()));
            }
            case 0x81 -> {
                Tuple arguments = stack.pop(Tuple.class);
                stack.push(calls.create(callable(), arguments.items()));
            }
            case 'b' -> build(stack.pop());
            case 'Q' -> stack.push(globals.persistent(stack.pop(Tuple.class).items(), input));
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Handles opcodes that do not occur in state dicts. */
    private boolean foreign(int opcode) throws IOException {
        switch (opcode) {
            case 0x8f -> stack.push(new Inert(SET, List.of()));
            case 0x90 -> {
                List<Object> items = stack.popToMark();
                stack.top(Inert.class).addAll(items);
            }
            case 0x91 -> stack.push(new Inert(FROZENSET, List.of(stack.popToMark())));
            case 0x92 -> {
                Object named = stack.pop();
                Object arguments = stack.pop();
                stack.push(new Inert(callable(), Arrays.asList(arguments, named)));
            }
            case 0x96 -> stack.push(input.bytes(input.i64()));
            default -> {
                return false;
            }
        }
        return true;
    }

    /**
     * A class or function. If it was itself the result of a call, such as a method of an object, the called function is
     * returned.
     */
    private Global callable() throws WeightsException {
        return stack.top() instanceof Inert ? stack.pop(Inert.class).type : stack.pop(Global.class);
    }

    /** Handles BUILD. The state of an OrderedDict is its {@code _metadata}, which says nothing about the tensors. */
    private void build(Object state) throws WeightsException {
        Object target = stack.top();
        if (target instanceof Dict dict && dict.ordered() && state instanceof Dict) return;
        if (target instanceof Inert inert && inert.build(state)) return;
        if (!(target instanceof ScriptObject object) || !object.build(state))
            throw input.refused("BUILD on " + PickleStack.nameOf(target) + " is not allowed");
    }

    @SuppressWarnings("unchecked") // the only lists on the stack are ArrayList<Object>
    private void append(List<Object> items) throws WeightsException {
        if (stack.top() instanceof Inert inert) inert.addAll(items);
        else stack.top(ArrayList.class).addAll(items);
    }

    private void put(List<Object> pairs) throws WeightsException {
        stack.putAll(stack.top() instanceof Inert inert ? inert.entries() : stack.top(Dict.class), pairs);
    }

    private void protocol(int version) throws WeightsException {
        if (version < 2 || version > 5) throw input.refused("protocol " + version + " (allowed: 2 to 5)");
    }
}
