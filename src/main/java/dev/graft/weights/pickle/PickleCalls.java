package dev.graft.weights.pickle;

import dev.graft.weights.pickle.PickleValues.Built;
import dev.graft.weights.pickle.PickleValues.Dict;
import dev.graft.weights.pickle.PickleValues.Global;
import dev.graft.weights.pickle.PickleValues.Inert;
import dev.graft.weights.pickle.PickleValues.ScriptObject;
import dev.graft.weights.pickle.PickleValues.Storage;
import dev.graft.weights.pickle.PickleValues.Tuple;
import dev.graft.weights.tensor.StoredTensor;
import dev.graft.weights.tensor.WeightsException;
import java.util.List;
import java.util.Set;

/**
 * Creates the results of the calls in a pickle: tensors and containers are created, all other objects become an {@link
 * Inert}.
 */
final class PickleCalls {
    private static final int MAX_TENSORS = 200_000;
    private static final int MAX_PAIRS = 1 << 20;
    /** Classes whose objects are just a tensor, with no additional data. */
    private static final Set<String> TENSORS =
            Set.of("torch.Tensor", "torch._tensor.Tensor", "torch.nn.parameter.Parameter", "torch.nn.parameter.Buffer");

    private static final String TENSOR = "torch._utils._rebuild_tensor";
    private static final String TENSOR_2 = "torch._utils._rebuild_tensor_v2";
    private static final String TENSOR_3 = "torch._utils._rebuild_tensor_v3";
    private static final String PARAMETER = "torch._utils._rebuild_parameter";
    private static final String PARAMETER_WITH_STATE = "torch._utils._rebuild_parameter_with_state";

    private static final Set<String> MAKERS = Set.of(TENSOR, TENSOR_2, TENSOR_3, PARAMETER, PARAMETER_WITH_STATE);

    private final boolean inert;
    private final PickleInput input;
    private int tensors;
    private int pairs;

    PickleCalls(PickleGlobals globals, PickleInput input) {
        this.inert = globals.inert();
        this.input = input;
    }

    /** The result of REDUCE. */
    Object call(Global function, List<Object> arguments) throws WeightsException {
        if (inert && !mayBeKnown(function.module())) return new Inert(function, arguments);
        String name = function.toString();
        PickleArguments in = new PickleArguments(name, arguments, input);
        return switch (name) {
            case "collections.OrderedDict" -> orderedDict(in);
            case "collections.Counter" -> in.get(0, Dict.class);
            case "torch.Size" -> {
                in.require(in.get(0, Tuple.class).longs().isPresent());
                yield arguments.get(0);
            }
            case "torch.device" -> {
                String device = in.get(0, String.class);
                yield inert ? device : new Built(function, arguments);
            }
            case TENSOR, TENSOR_2, TENSOR_3 -> tensor(name, arguments, in);
            case PARAMETER, PARAMETER_WITH_STATE -> {
                in.require(arguments.size() == (name.equals(PARAMETER_WITH_STATE) ? 4 : 3));
                in.get(1, Boolean.class);
                yield arguments.get(0) instanceof Inert
                        ? new Inert(function, arguments)
                        : in.get(0, StoredTensor.class);
            }
            default -> inert ? foreign(function, arguments, in) : scripted(function, arguments, in);
        };
    }

    /** A quick check of the module, which avoids joining most names. */
    private static boolean mayBeKnown(String module) {
        return module.startsWith("torch") || module.equals("collections");
    }

    /** The result of NEWOBJ. */
    Object create(Global type, List<Object> arguments) throws WeightsException {
        if (inert) return new Inert(type, arguments);
        requireScriptClass(type);
        ScriptObject object = new ScriptObject(type);
        if (!arguments.isEmpty()) object.build(new Tuple(arguments));
        return object;
    }

    private Dict orderedDict(PickleArguments in) throws WeightsException {
        List<?> given = in.pairs();
        pairs += given.size(); // a pickle can use one long list many times
        if (pairs > MAX_PAIRS) throw input.refused("OrderedDicts of more than " + MAX_PAIRS + " pairs");
        return in.orderedDict(given);
    }

    private StoredTensor tensor(String name, List<Object> arguments, PickleArguments in) throws WeightsException {
        if (++tensors > MAX_TENSORS) throw input.refused("more than " + MAX_TENSORS + " tensors");
        if (name.equals(TENSOR)) {
            in.require(arguments.size() == 4);
            return in.tensor(in.get(0, Storage.class).kind());
        }
        boolean typed = name.equals(TENSOR_3);
        in.get(4, Boolean.class);
        in.requireWithMarks(typed ? 8 : 7);
        return in.tensor(typed ? in.dtype(6) : in.get(0, Storage.class).kind());
    }

    private Object foreign(Global function, List<Object> arguments, PickleArguments in) throws WeightsException {
        return switch (function.toString()) {
            case "collections.defaultdict" -> {
                in.require(arguments.size() <= 1);
                yield Dict.empty(false);
            }
            case "torch._tensor._rebuild_from_type_v2" -> {
                List<Object> inner = in.get(2, Tuple.class).items();
                boolean known = isPlainTensor(arguments.get(1)) && makesOne(arguments.get(0));
                yield known ? call(in.get(0, Global.class), inner) : new Inert(function, arguments);
            }
            default -> new Inert(function, arguments);
        };
    }

    private static boolean isPlainTensor(Object type) {
        return type instanceof Global && TENSORS.contains(type.toString());
    }

    /** Whether the function creates a tensor directly, without calling another function. */
    private static boolean makesOne(Object function) {
        return function instanceof Global && MAKERS.contains(function.toString());
    }

    static boolean isParameter(String function) {
        return function.equals(PARAMETER) || function.equals(PARAMETER_WITH_STATE);
    }

    private Object scripted(Global function, List<Object> arguments, PickleArguments in) throws WeightsException {
        boolean lists = arguments.size() == 1 && arguments.get(0) instanceof List;
        switch (function.toString()) {
            case "torch.jit._pickle.build_intlist",
                    "torch.jit._pickle.build_doublelist",
                    "torch.jit._pickle.build_boollist",
                    "torch.jit._pickle.build_tensorlist" -> in.require(lists);
            case "torch.jit._pickle.restore_type_tag" ->
                in.require(arguments.size() == 2 && arguments.get(1) instanceof String);
            default -> {
                requireScriptClass(function);
                in.require(!arguments.isEmpty());
            }
        }
        return new Built(function, arguments);
    }

    private void requireScriptClass(Global type) throws WeightsException {
        if (!PickleGlobals.isScriptClass(type.module()))
            throw input.refused("a call of " + WeightsException.quote(type.toString()) + " is not allowed");
    }
}
