package dev.graft.export;

import dev.graft.image.Engine;
import dev.graft.image.Normalization;
import dev.graft.image.Preprocessing;
import dev.graft.image.Resize;
import dev.graft.model.ModelCard;
import dev.graft.model.script.ScriptWrapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The class around a network that makes a model self-contained, as TorchScript.
 *
 * <p>Its methods take pictures as uint8 [height, width, 3] or [n, height, width, 3], RGB, of any size. {@code pixels}
 * gives uint8 [n, h, w, 3], resized and cropped as the card says; {@code prepare} gives float32 [n, 3, h, w],
 * normalised; {@code logits} and {@code forward} (probabilities: softmax, or of a multi-label model sigmoid) give float32
 * [classes], or [n, classes] for several pictures. {@code classes} holds the names.
 *
 * <p>The resize is LibTorch's {@code _upsample_bilinear2d_aa}, which differs from Pillow's by at most one level; for
 * {@link Engine#OPENCV} it is {@code upsample_bilinear2d}, OpenCV's INTER_LINEAR to one level.
 */
final class SelfContainedScript {
    private static final String SOURCE = """
            class SelfContained(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              network : __torch__.dev.graft.ResNet
              classes : List[str]
              card : List[str]
              def forward(self: __torch__.dev.graft.SelfContained, pictures: Tensor) -> Tensor:
                return PROBABILITIES
              def logits(self: __torch__.dev.graft.SelfContained, pictures: Tensor) -> Tensor:
                logits = (self.network).forward(self.prepare(pictures, ), )
                if torch.eq(torch.dim(pictures), 3):
                  given = torch.squeeze(logits, 0)
                else:
                  given = logits
                return given
              def prepare(self: __torch__.dev.graft.SelfContained, pictures: Tensor) -> Tensor:
                pixels = torch.permute(self.pixels(pictures, ), [0, 3, 1, 2])
                place = ops.prim.device(pixels)
                mean = torch.reshape(torch.tensor(MEAN, dtype=6, device=place), [1, 3, 1, 1])
                std = torch.reshape(torch.tensor(STD, dtype=6, device=place), [1, 3, 1, 1])
                return torch.div(torch.sub(torch.div(pixels, 255.), mean), std)
              def pixels(self: __torch__.dev.graft.SelfContained, pictures: Tensor) -> Tensor:
                if torch.eq(torch.dim(pictures), 3):
                  batch = torch.unsqueeze(pictures, 0)
                else:
                  batch = pictures
                if torch.dim(batch) == 4 and ops.prim.dtype(batch) == 0 and torch.numel(batch) > 0 and \
            torch.size(batch, -1) == 3:
                  pass
                else:
                  ops.prim.RaiseException("takes RGB pixels as uint8 [height, width, 3] or [n, height, width, 3]", \
            "builtins.ValueError")
                image = torch.permute(batch, [0, 3, 1, 2])
                height = torch.size(batch, 1)
                width = torch.size(batch, 2)
            RESIZE
                return torch.permute(cut, [0, 2, 3, 1])
              def resized(self: __torch__.dev.graft.SelfContained, image: Tensor, size: List[int]) -> Tensor:
            FILTER
            """;

    private static final String SOFTMAX = "torch.softmax(self.logits(pictures, ), -1)";
    private static final String SIGMOID = "torch.sigmoid(self.logits(pictures, ))";

    /** The processor's resize of bytes; elsewhere there is only one of floats. */
    private static final String ANTIALIASED = """
                if ops.prim.is_cpu(image):
                  given = torch._upsample_bilinear2d_aa(image, size, False, None, None)
                else:
                  exact = torch._upsample_bilinear2d_aa(torch.to(image, 6, False, False, None), size, False, None, None)
                  given = torch.to(torch.clamp(torch.round(exact), 0, 255), 0, False, False, None)
                return given
            """;

    private static final String INTERPOLATED = """
                exact = torch.upsample_bilinear2d(torch.to(image, 6, False, False, None), size, False, None, None)
                return torch.to(torch.clamp(torch.round(exact), 0, 255), 0, False, False, None)
            """;

    private static final String STRETCH = """
                cut = self.resized(image, [HEIGHT, WIDTH], )
            """;

    /** As {@link Resize.ShortSideCrop} does; the middle is rounded to even, as Python's round does. */
    private static final String CROP = """
                if torch.le(width, height):
                  high = torch.floordiv(torch.mul(SHORT, height), width)
                  wide = SHORT
                else:
                  high = SHORT
                  wide = torch.floordiv(torch.mul(SHORT, width), height)
                all = self.resized(image, [high, wide], )
                above = torch.sub(high, CROP)
                beside = torch.sub(wide, CROP)
                top = torch.floordiv(torch.add(above, torch.remainder(torch.floordiv(above, 2), 2)), 2)
                left = torch.floordiv(torch.add(beside, torch.remainder(torch.floordiv(beside, 2), 2)), 2)
                rows = torch.slice(all, 2, top, torch.add(top, CROP), 1)
                cut = torch.slice(rows, 3, left, torch.add(left, CROP), 1)
            """;

    private SelfContainedScript() {}

    /** The class for a model's card, which has this text. */
    static ScriptWrapper of(ModelCard card, String text) {
        Preprocessing preprocessing = card.preprocessing();
        Normalization normalization = preprocessing.normalization();
        String source = SOURCE.replace("RESIZE\n", resize(preprocessing.resize()))
                .replace("PROBABILITIES", card.isMultiLabel() ? SIGMOID : SOFTMAX)
                .replace("FILTER\n", preprocessing.engine() == Engine.EXACT ? ANTIALIASED : INTERPOLATED)
                .replace("MEAN", numbers(normalization.mean()))
                .replace("STD", numbers(normalization.std()));
        Map<String, List<String>> texts = new LinkedHashMap<>();
        texts.put("classes", card.classes());
        texts.put("card", List.of(text));
        return new ScriptWrapper("SelfContained", source, texts);
    }

    private static String resize(Resize resize) {
        if (resize instanceof Resize.ShortSideCrop crop)
            return CROP.replace("SHORT", Integer.toString(crop.shortSide()))
                    .replace("CROP", Integer.toString(crop.crop()));
        return STRETCH.replace("HEIGHT", Integer.toString(resize.height()))
                .replace("WIDTH", Integer.toString(resize.width()));
    }

    private static String numbers(List<Float> values) {
        return values.stream().map(Float::doubleValue).toList().toString();
    }
}
