import { formatMoney } from '@zhanggui/base';
import { BarChart, type BarSeriesOption } from 'echarts/charts';
import {
  GridComponent,
  type GridComponentOption,
  TooltipComponent,
  type TooltipComponentOption,
} from 'echarts/components';
import { type ComposeOption, type EChartsType, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import type { Hour } from './day-figures.ts';

use([BarChart, GridComponent, TooltipComponent, SVGRenderer]);

type Option = ComposeOption<BarSeriesOption | GridComponentOption | TooltipComponentOption>;

interface HoursChartProps {
  readonly hours: readonly Hour[];
  /** Names of the two rows of bars. */
  readonly day: string;
  readonly before: string;
}

/** Bars hour by hour: filled for the day, outlined for the week before. Its colours are the page's own variables. */
export function HoursChart({ hours, day, before }: HoursChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(undefined);
  useEffect(() => {
    if (place.current === null) return;
    const drawn = init(place.current, null, { renderer: 'svg' });
    chart.current = drawn;
    const resized = new ResizeObserver(() => drawn.resize());
    resized.observe(place.current);
    return () => {
      resized.disconnect();
      drawn.dispose();
    };
  }, []);
  useEffect(() => {
    chart.current?.setOption(optionOf(hours, day, before));
  }, [hours, day, before]);
  return <div ref={place} className="hours-canvas" />;
}

const LEAST_STEP_MINOR = 100;

function optionOf(hours: readonly Hour[], day: string, before: string): Option {
  const label = { color: 'var(--ink-3)', fontFamily: 'Noto Sans SC Variable', fontSize: 12 };
  const common = { type: 'bar', barMaxWidth: 18, emphasis: { disabled: true } } as const;
  return {
    animation: false,
    grid: { left: 2, right: 2, top: 12, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: {
      type: 'category',
      data: hours.map(({ hour }) => String(hour)),
      axisLabel: label,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: 'var(--line-strong)' } },
    },
    yAxis: {
      type: 'value',
      splitNumber: 3,
      // A day without sales would be divided into parts of a fen, which are no money.
      minInterval: LEAST_STEP_MINOR,
      axisLabel: { ...label, formatter: (minor: number) => formatMoney(minor).replace(/\.00$/, '') },
      splitLine: { lineStyle: { color: 'var(--line)' } },
    },
    tooltip: tooltipOf(hours, day, before),
    series: [
      {
        ...common,
        name: before,
        barGap: '15%',
        barCategoryGap: '32%',
        // An hour without sales has no bar, not the outline of one.
        data: hours.map(({ previousWeekMinor }) => previousWeekMinor || null),
        itemStyle: {
          color: 'var(--sunk)',
          borderColor: 'var(--line-control)',
          borderWidth: 1,
          borderRadius: [3, 3, 0, 0],
        },
      },
      {
        ...common,
        name: day,
        data: hours.map(({ amountMinor }) => amountMinor),
        itemStyle: { color: 'var(--indigo)', borderRadius: [3, 3, 0, 0] },
      },
    ],
  };
}

function tooltipOf(hours: readonly Hour[], day: string, before: string): TooltipComponentOption {
  return {
    trigger: 'axis',
    confine: true,
    transitionDuration: 0,
    axisPointer: { type: 'shadow', shadowStyle: { color: 'var(--sunk)', opacity: 0.6 } },
    className: 'hours-tip num',
    backgroundColor: 'var(--sheet)',
    borderColor: 'var(--line)',
    padding: [10, 12],
    textStyle: { color: 'var(--ink)', fontFamily: 'var(--font)', fontSize: 14 },
    formatter: (shown) => {
      const [first] = Array.isArray(shown) ? shown : [shown];
      const at = hours[first?.dataIndex ?? -1];
      if (at === undefined) return '';
      const tip = document.createElement('dl');
      tip.append(
        ...line(`${at.hour}:00 – ${at.hour + 1}:00`, ''),
        ...line(day, formatMoney(at.amountMinor)),
        ...line(before, formatMoney(at.previousWeekMinor)),
      );
      return tip;
    },
  };
}

function line(name: string, value: string): readonly HTMLElement[] {
  const term = document.createElement('dt');
  const definition = document.createElement('dd');
  term.textContent = name;
  definition.textContent = value;
  return [term, definition];
}
